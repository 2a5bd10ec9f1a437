"""How many statements a request costs: what the server's own log says of each."""

import asyncio

from tests.bench import gauges
from tests.bench.check import exchange
from tests.bench.rounds import Stage, requests_of
from tests.bench.servers import LEFT_OUT, Stack

SAMPLE = 6


def count_statements(
    stage: Stage, kinds: tuple[str, ...], served: dict[str, Stack]
) -> dict[str, dict[str, float]]:
    """Return statements per request of each kind and stack, BEGIN and COMMIT counted too."""
    log = stage.settings.data_dir / "pg" / "cluster.log"
    found: dict[str, dict[str, float]] = {kind: {} for kind in kinds}
    # Not the requests of the comparison again: those of the list's end.
    asked = {kind: requests_of(stage, kind, 4000)[-SAMPLE:] for kind in kinds}
    asyncio.run(gauges.log_statements(stage.superuser_url, "all"))
    for kind in kinds:
        for name, stack in served.items():
            if (name, kind) in LEFT_OUT:
                continue
            with gauges.reading(log) as lines:
                for request in asked[kind]:
                    exchange(stack.port, request)
            found[kind][name] = gauges.sent(lines) / len(asked[kind])
    asyncio.run(gauges.log_statements(stage.superuser_url, "none"))
    return found
