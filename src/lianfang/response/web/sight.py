"""Every request is answered with the sight of its user (``territory.sight``): rows out of reach are not there."""

from contextlib import nullcontext

from lianfang.response.territory import sight
from lianfang.response.territory.fields import asking_once
from lianfang.response.territory.permissions import ANY, reach

_READING = ("GET", "HEAD", "OPTIONS")


def own_eyes(get_response):
    def middleware(request):
        reads = request.method in _READING
        with asking_once() if reads else nullcontext():
            mine = reach(request.user, ANY)
            whole = not mine.q("area__path")  # the only root: no condition at all
            paths = None if whole else mine.paths
            with sight.of_request(paths, request.user.pk, acts=not reads):
                return get_response(request)

    return middleware
