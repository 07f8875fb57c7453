# Studylens as an image. What the service needs is made in stages of its own; the last one takes the results and
# nothing else: no torch, no compiler, no npm. How to build it, and with which model: docs/deploy-render.md

FROM node:22-slim AS frontend
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-fund --no-audit && npm run vendor

FROM python:3.11-slim AS libraries
# With PYTHONOPTIMIZE pip writes the bytecode that the service will read: at a tenth of a processor a start takes
# 8 s with it, 28 s without.
ENV PATH=/venv/bin:$PATH PYTHONOPTIMIZE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt

FROM libraries AS model
# A model of the hub (owner/name, or owner/name@revision) is prepared here; with BLIP_URL one that was prepared
# elsewhere is fetched; with ENGINES=gemini,ocr there is none.
ARG ENGINES=gemini,ocr,blip
ARG MODEL=Salesforce/blip-image-captioning-base
ARG BLIP_URL=
ARG BLIP_SHA256=
# Where pip finds torch's CPU build, if your settings for pip do not offer it already.
ARG PIP_EXTRA_INDEX_URL
ARG PIP_FIND_LINKS
COPY requirements-blip.txt ./
RUN case "${ENGINES:-blip}" in *blip*) [ -n "$BLIP_URL" ] || pip install -r requirements-blip.txt ;; esac
COPY app.py database_config.py ./
COPY studylens studylens
RUN mkdir -p models/blip \
    && case "${ENGINES:-blip}" in *blip*) \
        if [ -n "$BLIP_URL" ]; then flask --app app blip fetch "$BLIP_URL" --sha256 "$BLIP_SHA256"; \
        else flask --app app blip prepare "$MODEL"; fi ;; \
    esac \
    && flask --app app blip require

FROM python:3.11-slim
ARG ENGINES=gemini,ocr,blip
# The values of render.yaml and the Procfile, where each has its reason.
ENV PATH=/venv/bin:$PATH \
    ENGINES=$ENGINES \
    HOST=0.0.0.0 \
    INSTANCE_DIR=/data \
    MALLOC_ARENA_MAX=2 \
    MALLOC_TRIM_THRESHOLD_=65536 \
    PORT=10000 \
    PYTHONOPTIMIZE=1 \
    PYTHONUNBUFFERED=1 \
    WEB_CONCURRENCY=1
# The service may write to /data alone: the database, unless DATABASE_URL names another, and photos on their way.
RUN useradd --system --user-group --uid 10001 --no-create-home --home-dir /nonexistent studylens \
    && install -d -o studylens -g studylens /data
WORKDIR /app
COPY --from=libraries /venv /venv
COPY --from=model /app/models models
COPY --from=frontend /build/static/vendor static/vendor
COPY app.py database_config.py gunicorn.conf.py ./
COPY static static
COPY templates templates
COPY studylens studylens
RUN python -m compileall -q app.py database_config.py studylens
USER studylens
EXPOSE 10000
# No HEALTHCHECK: a Python started every half minute costs a tenth of a processor more than it tells. Hosts ask
# /health. gunicorn is process 1 here: it takes SIGTERM, hands the running photo back and reaps what is left.
CMD ["gunicorn", "-c", "gunicorn.conf.py", "app:app"]
