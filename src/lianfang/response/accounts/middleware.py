def signed_in_with_second_factor(get_response):
    return get_response
