# Studylens as an image. What the service needs is made in stages of its own; the last one takes the results and
# nothing else: no torch, no compiler, no npm. How to build it, with which model, and how to pin the two images that
# it starts from: docs/deploy-render.md
ARG NODE_IMAGE=node:22-slim
ARG PYTHON_IMAGE=python:3.11-slim

FROM ${NODE_IMAGE} AS frontend
WORKDIR /build
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --ignore-scripts --no-fund --no-audit && npm run vendor
# Languages in other scripts, as ara,hin,kor,vie: 2 MB each, 10 MB that tell the script, and 34 MB of tesseract.
ARG SCRIPTS=
COPY tools/scripts.sh tools/scripts.sha256 tools/
RUN --mount=type=cache,target=/root/.npm \
    mkdir -p scripts && { [ -z "$SCRIPTS" ] || { case ",$SCRIPTS," in *,rus,*) apt-get update -qq ;; esac; \
    sh tools/scripts.sh scripts "$SCRIPTS"; }; }

FROM ${PYTHON_IMAGE} AS libraries
# With PYTHONOPTIMIZE pip writes the bytecode that the service will read: at a tenth of a processor a start takes
# 8 s with it, 28 s without.
ENV PATH=/venv/bin:$PATH PYTHONOPTIMIZE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
# The locks and nothing else, as in the Makefile.
# What speaks to a bucket, and what workers need, are always there: one image serves the service and its workers, with
# another command, and what is not used is not imported.
COPY requirements-build.txt requirements.txt requirements-bucket.txt requirements-distributed.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --no-deps --no-build-isolation --require-hashes -r requirements-build.txt \
    && pip install --no-deps --no-build-isolation --require-hashes -r requirements.txt \
    && pip install --no-deps --no-build-isolation --require-hashes -r requirements-bucket.txt \
    && pip install --no-deps --no-build-isolation --require-hashes -r requirements-distributed.txt \
    && pip check
# Tesseract, where the image shall read other scripts.
ARG SCRIPTS=
COPY requirements-scripts.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    [ -z "$SCRIPTS" ] \
    || pip install --no-deps --no-build-isolation --require-hashes -r requirements-scripts.txt

FROM libraries AS model
# A model of the hub (owner/name, or owner/name@revision) is prepared here; with BLIP_URL one that was prepared
# elsewhere is fetched; with ENGINES=gemini,ocr there is none.
ARG ENGINES=gemini,local,ocr,blip
ARG MODEL=Salesforce/blip-image-captioning-base
ARG BLIP_URL=
ARG BLIP_SHA256=
# Where torch's CPU build comes from. A wheel that pip's own settings show (PIP_FIND_LINKS) is taken first.
ARG TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu
ARG PIP_FIND_LINKS
ENV HF_HUB_DISABLE_TELEMETRY=1 ORT_DISABLE_TELEMETRY=1
COPY requirements-blip.txt requirements-torch.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    case "${ENGINES:-blip}" in *blip*) [ -n "$BLIP_URL" ] || { \
        pip install --no-deps --no-build-isolation --require-hashes -r requirements-blip.txt \
        && { pip install --no-deps --require-hashes --no-index -r requirements-torch.txt \
            || pip install --no-deps --require-hashes --index-url "$TORCH_INDEX_URL" -r requirements-torch.txt; } \
        && pip check; } ;; \
    esac
# Only what preparing imports: no other change of the code prepares or fetches the model again.
COPY studylens/__init__.py studylens/account_variables.py studylens/bucket_variables.py studylens/budget_limits.py studylens/config.py studylens/doors.py studylens/language.py studylens/limits.py studylens/places.py studylens/variables.py studylens/
COPY studylens/errors studylens/errors
COPY studylens/machine studylens/machine
COPY studylens/analysis/__init__.py studylens/analysis/
COPY studylens/analysis/budget/__init__.py studylens/analysis/budget/onnx.py studylens/analysis/budget/
COPY studylens/analysis/blip studylens/analysis/blip
COPY studylens/blip_export studylens/blip_export
RUN --mount=type=cache,target=/root/.cache/huggingface \
    mkdir -p models/blip \
    && case "${ENGINES:-blip}" in *blip*) \
        if [ -n "$BLIP_URL" ]; \
        then python -m studylens.blip_export fetch "$BLIP_URL" --sha256 "$BLIP_SHA256" --folder models/blip; \
        else python -m studylens.blip_export prepare "$MODEL" --folder models/blip; fi ;; \
    esac

FROM libraries AS reader
# The recognition network in int8, made from the wheel's own file: half the time a page. Where it cannot be made, the
# service reads with the wheel's file, and `flask doctor` says why.
COPY requirements-quantise.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --no-deps --no-build-isolation --require-hashes --target /quantise -r requirements-quantise.txt
COPY studylens/__init__.py studylens/account_variables.py studylens/bucket_variables.py studylens/budget_limits.py studylens/config.py studylens/doors.py studylens/language.py studylens/limits.py studylens/places.py studylens/reader_limits.py studylens/variables.py studylens/
COPY studylens/errors studylens/errors
COPY studylens/analysis/__init__.py studylens/analysis/
COPY studylens/analysis/budget studylens/analysis/budget
COPY studylens/analysis/ocr studylens/analysis/ocr
COPY studylens/ocr_export studylens/ocr_export
RUN mkdir -p models/ocr && PYTHONPATH=/quantise python -m studylens.ocr_export models/ocr
# The network that photos are told apart with; where it cannot be made, `flask doctor` says that nothing can be taught.
COPY studylens/analysis/seeing studylens/analysis/seeing
COPY studylens/seeing_export studylens/seeing_export
RUN mkdir -p models/seeing && PYTHONPATH=/quantise python -m studylens.seeing_export models/seeing

FROM ${PYTHON_IMAGE}
ARG ENGINES=gemini,local,ocr,blip
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
# The service may write to /data (the database, unless DATABASE_URL names another, and photos on their way) and /tmp.
RUN useradd --system --user-group --uid 10001 --no-create-home --home-dir /nonexistent studylens \
    && install -d -o studylens -g studylens /data
WORKDIR /app
COPY --from=libraries /venv /venv
COPY --from=model /app/models models
COPY --from=reader /app/models/ocr models/ocr
COPY --from=reader /app/models/seeing models/seeing
COPY --from=frontend /build/static/vendor static/vendor
COPY --from=frontend /build/scripts models/scripts
COPY app.py database_config.py gunicorn.conf.py ./
COPY static static
COPY templates templates
COPY locale locale
COPY tools/catalogues.py tools/
COPY studylens studylens
# A model that is missing or damaged ends the build here, read by the very image that would serve it.
# The web process runs without docstrings (3 MB), so what it imports is compiled that way, too.
RUN python tools/catalogues.py && python -m compileall -q app.py database_config.py studylens && PYTHONOPTIMIZE=2 python -c "import app" \
    && flask --app app blip require
USER studylens
EXPOSE 10000
# The package's own version, and the commit if the builder gives it.
ARG REVISION=
LABEL org.opencontainers.image.title="Studylens" \
    org.opencontainers.image.description="A photo of study material becomes a study pack, inside 512 MB of memory." \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.version="0.2.0" \
    org.opencontainers.image.revision="$REVISION"
# bash asks /health itself: a Python for each check would cost more than the answer.
HEALTHCHECK --interval=60s --timeout=20s --start-period=120s --retries=3 CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 15 line <&3 && [[ $line == HTTP/1.?\\ 200* ]]"]
# gunicorn is process 1: it takes SIGTERM, hands the running photo back and reaps what is left.
CMD ["env", "PYTHONOPTIMIZE=2", "gunicorn", "-c", "gunicorn.conf.py", "app:app"]
