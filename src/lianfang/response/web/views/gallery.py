from types import SimpleNamespace

from django.shortcuts import render

from lianfang.response import clock


def gallery(request):
    """Every component, live, with made-up content."""
    now = clock.now()
    return render(request, "pages/gallery.html", {"now": now, "samples": SimpleNamespace(done=4871, late=37, all=5152)})
