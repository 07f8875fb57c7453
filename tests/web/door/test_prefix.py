"""Behind a proxy that serves us under a path, every address has it; what is no path changes nothing."""

import re
from typing import Any

import pytest

from app import create_app
from tests.web.world import PAGE

FORWARDED = "X-Forwarded-Prefix"


@pytest.mark.parametrize("given", [{"SCRIPT_NAME": "/study"}, {"HTTP_X_FORWARDED_PREFIX": "/study/"}])
def test_addresses_have_the_path_that_we_are_served_under(
    settings: dict[str, Any], given: dict[str, str]
) -> None:
    client = create_app({**settings, "trusted_proxies": 1}).test_client()
    for path in ("/", "/pictures", "/packs", "/review", "/progress", "/settings", "/import", "/my-data"):
        page = client.get(path, headers=PAGE, environ_overrides=given).text
        assert '<html lang="en" data-root="/study"' in page
        assert 'src="/study/static/' in page
        assert not re.search(r'(href|src|action|hx-[a-z]+|data-[a-z-]+)="/(?!study)', page), path


@pytest.mark.parametrize("told", ["//evil.example", "https://evil.example", "/a b", "/a,//evil", "/x?y", "x"])
def test_what_is_no_path_changes_no_address(settings: dict[str, Any], told: str) -> None:
    client = create_app({**settings, "trusted_proxies": 1}).test_client()
    page = client.get("/", headers={**PAGE, FORWARDED: told}).text
    assert "data-root" not in page
    assert "evil" not in page


def test_without_a_proxy_nobody_is_believed(settings: dict[str, Any]) -> None:
    page = create_app(settings).test_client().get("/", headers={**PAGE, FORWARDED: "/study"}).text
    assert "/study" not in page
