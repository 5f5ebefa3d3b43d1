"""Root of all addresses. Every one of them stands in the checked route table (tests/laws/routes.toml)."""

urlpatterns: list = []
