"""What every page shows around its content."""


def page(request):
    return {"nav": []}
