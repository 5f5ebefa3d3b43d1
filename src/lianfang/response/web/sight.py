"""Every request is answered with the sight of its user (``territory.sight``): rows out of reach are not there."""

from lianfang.response.territory import sight
from lianfang.response.territory.permissions import ANY, reach

_READING = ("GET", "HEAD", "OPTIONS")


def own_eyes(get_response):
    def middleware(request):
        mine = reach(request.user, ANY)
        whole = not mine.q("area__path")  # the only root: no condition at all
        paths = None if whole else mine.paths
        with sight.of_request(paths, request.user.pk, acts=request.method not in _READING):
            return get_response(request)

    return middleware
