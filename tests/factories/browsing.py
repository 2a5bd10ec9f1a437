"""A browser without a window: what its pages may read, and what it asked of the network."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.remote.command import Command

PATIENCE = 60  # seconds; a page takes two, ten times that where all cores are busy
NAMED = "asysta.example"  # our server by a name, without what browsers allow to localhost alone
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--disable-extensions", "--window-size=1400,1600"),
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints",
    f"--host-resolver-rules=MAP {NAMED} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_CALL = """
const [url, request, done] = arguments;
fetch(url, request).then(
  async (answer) => done({
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    text: await answer.text(),
  }),
  (failure) => done({failed: String(failure)}),
);
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the script of a page may read of an answer; `failed` where the browser withheld it."""

    status: int | None = None
    headers: dict[str, str] | None = None
    text: str = ""
    failed: str | None = None

    def header(self, name: str) -> str:
        """Return a header that the script can read; it must be there."""
        assert self.headers is not None, self.failed
        assert name in self.headers, f"{name} is not exposed: {sorted(self.headers)}"
        return self.headers[name]

    def json(self) -> Any:
        """Read the body."""
        return json.loads(self.text)


def installed() -> tuple[str, str]:
    """Return where the browser and its driver are; without them the test is skipped, or fails."""
    found = shutil.which("chromium"), shutil.which("chromedriver")
    if found[0] is None or found[1] is None:
        reason = "Debian's packages chromium and chromium-driver are not installed"
        if os.environ.get("ASYSTA_BROWSER") == "required":
            pytest.fail(f"{reason}, and ASYSTA_BROWSER=required")
        pytest.skip(reason)
    return found[0], found[1]


@contextmanager
def chromium(profile: Path, language: str = "pl") -> Iterator[Chrome]:
    """Start a browser with a profile of its own; nothing is downloaded, nobody is told."""
    browser, driver = installed()
    options = ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, f"--lang={language}", f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    # With the driver named, selenium's own downloader does not run; these hold it if it did.
    quiet = os.environ | {"SE_OFFLINE": "true", "SE_AVOID_STATS": "true", "LANGUAGE": language}
    running = Chrome(options, ChromeService(driver, env=quiet))
    running.set_script_timeout(PATIENCE)
    yield running
    running.quit()


def call(browser: Chrome, method: str, url: str, body: Any = None, **headers: str) -> Seen:
    """Let the page's own script send a request; `if_match="…"` is sent as if-match."""
    sent: dict[str, Any] = {"method": method, "headers": {"accept-language": "pl"}}
    sent["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        sent["body"] = json.dumps(body)
        sent["headers"].setdefault("content-type", "application/json")
    return Seen(**browser.execute_async_script(_CALL, url, sent))


def log(browser: Chrome, kind: str) -> list[str]:
    """Return what the browser has logged of a kind since the last look."""
    lines = browser.execute(Command.GET_LOG, {"type": kind})["value"]
    return [str(line["message"]) for line in lines]


def requests(browser: Chrome) -> list[dict[str, Any]]:
    """Return what the browser has sent since the last look: url, method, headers, postData."""
    said = (json.loads(line)["message"] for line in log(browser, "performance"))
    sent = (one["params"] for one in said if one["method"] == "Network.requestWillBeSent")
    return [one["request"] for one in sent if one["request"]["url"].startswith("http")]


def hosts(asked: list[dict[str, Any]]) -> set[str]:
    """Return the hosts, with their ports, that requests went to."""
    return {urlsplit(request["url"]).netloc for request in asked}
