# Build: docker build -t asysta .
# Run:   docker run -p 8000:8000 -e DATABASE_URL=postgresql://... asysta
FROM python:3.11-slim-bookworm AS builder
COPY requirements-run.lock /
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r /requirements-run.lock \
    && /venv/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --home-dir /data --shell /usr/sbin/nologin asysta
COPY --from=builder /venv /venv
WORKDIR /srv
COPY pyproject.toml ./
COPY openapi openapi
COPY alembic alembic
COPY app app
RUN python -m compileall -q app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    ASYSTA_DATA_DIR=/data ASYSTA_HOST=0.0.0.0 ASYSTA_PORT=8000
USER asysta
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# urlopen raises on 503: not ready is unhealthy.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['ASYSTA_PORT']}/health/ready\", timeout=4)"]
ENTRYPOINT ["python", "-m", "app.cli"]
CMD ["serve"]
