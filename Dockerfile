# The image of one Plenary server: application, static files and all locked packages, run by a user without rights.
FROM python:3.11-slim AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/base.txt

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=workshop.config.settings \
    DATA_DIR=/srv/plenary/data
RUN useradd --system --uid 10001 --no-create-home --home-dir /srv/plenary plenary
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/plenary/app
COPY . .
# Static files need no secret and no database: the values here are for this one command. Their folder is part of the
# image and not a volume, so that a new image brings its own.
RUN SECRET_KEY=only-for-collectstatic-0123456789abcdef DATABASE_URL=sqlite://:memory: \
    python manage.py collectstatic --noinput --verbosity 0
USER plenary
EXPOSE 8000
# Learners' frames are at most 64 KB and documents' at most 256 KB; compression would cost 1.7 times the CPU and allow
# bombs. The proxy in front sets the forwarded headers; which one is believed is said by FORWARDED_ALLOW_IPS.
# The same command stands in docker-compose.yml and docs/deploy/plenary@.service.
CMD ["uvicorn", "workshop.config.asgi:application", "--host=0.0.0.0", "--port=8000", \
     "--loop=uvloop", "--http=httptools", "--ws=workshop.config.servers.uvicorn:Sockets", \
     "--ws-max-size=1048576", "--ws-per-message-deflate=false", "--backlog=4096", \
     "--timeout-keep-alive=30", "--timeout-graceful-shutdown=20", "--no-server-header", "--no-access-log"]
