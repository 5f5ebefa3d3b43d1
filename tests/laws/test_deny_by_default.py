import pytest


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_nobody_gets_a_page_without_signing_in(client, method):
    assert getattr(client, method)("/").status_code == 403
