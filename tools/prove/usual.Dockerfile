# The usual way as an image, to be held in the same limit: torch and transformers from the locks, and one small app.
ARG PYTHON_IMAGE=python:3.11-slim
FROM ${PYTHON_IMAGE}
ENV PATH=/venv/bin:$PATH
ARG TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu
WORKDIR /app
RUN python -m venv /venv
COPY requirements-build.txt requirements-blip.txt requirements-torch.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --no-deps --no-build-isolation --require-hashes -r requirements-build.txt \
    && pip install --no-deps --no-build-isolation --require-hashes -r requirements-blip.txt \
    && { pip install --no-deps --require-hashes --no-index -r requirements-torch.txt \
        || pip install --no-deps --require-hashes --index-url "$TORCH_INDEX_URL" -r requirements-torch.txt; }
COPY tools/prove/plain.py tools/prove/usual.py ./
CMD ["sh", "-c", "exec gunicorn --config python:plain --timeout 0 --bind 127.0.0.1:$PORT usual:app"]
