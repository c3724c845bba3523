# One image for every process of the service; docker-compose.yml says which command each runs.
FROM python:3.13-slim

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONUNBUFFERED=1

RUN useradd --system --uid 10001 --home-dir /var/lib/consultant --create-home consultant

WORKDIR /opt/consultant

# The lock alone first: this layer changes only when a dependency does.
COPY requirements-postgres.lock ./
RUN pip install --require-hashes -r requirements-postgres.lock

COPY pyproject.toml README.md ./
COPY config config
COPY consultant consultant
COPY mailtemplates mailtemplates
COPY workers workers
RUN pip install --no-deps --no-build-isolation .

USER consultant
WORKDIR /var/lib/consultant
VOLUME /var/lib/consultant
ENV CONSULTANT_STATE_DIR=/var/lib/consultant
EXPOSE 8025

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8025/health', timeout=4)"]

CMD ["consultant", "web"]
