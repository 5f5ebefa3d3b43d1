"""Every refusal stays in the ledger, also one that was said inside a transaction which then was taken back."""

from lianfang.response.territory.permissions import keep_refusal


def refusals_stay(get_response):
    def middleware(request):
        return get_response(request)

    def process_exception(request, error):
        keep_refusal(error)

    middleware.process_exception = process_exception
    return middleware
