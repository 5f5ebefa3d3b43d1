"""An address that does not exist answers like a record that does not exist. Added last, so that it matches last."""

from django.http import Http404
from ninja import Router

router = Router()


@router.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False)
def nothing_here(request, rest: str):
    raise Http404
