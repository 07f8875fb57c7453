#!/bin/sh
# Deploys Studylens to Google Cloud Run: one service that carries its jobs itself, PostgreSQL, and a bucket for photos.
#
#   PROJECT=my-project BUCKET=my-photos IMAGE=europe-docker.pkg.dev/my-project/apps/studylens:1 sh deploy-cloud-run.sh
#   ... sh deploy-cloud-run.sh --dry-run        says what it would do, and does nothing
#
# Before: build and push the image (docs/deploy-render.md builds it), make the bucket, and put two secrets into Secret
# Manager: the database's address and a key for cookies. What was not run: docs/scaling.md.
set -eu

usage() {
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit "$1"
}

dry=
for word in "$@"; do
    case $word in
    --dry-run) dry=yes ;;
    --help | -h) usage 0 ;;
    *) echo "Unknown word: $word" >&2 && usage 2 ;;
    esac
done

need() {
    eval "value=\${$1:-}"
    [ -n "$value" ] || { echo "$1 is not set: $2" >&2 && exit 2; }
}
need PROJECT "the id of your project"
need BUCKET "the name of the bucket in which photos wait"
need IMAGE "the image that you pushed, with its tag or digest"
case $IMAGE in
*:latest) echo "IMAGE=$IMAGE: name a version, so that a restart brings nothing new" >&2 && exit 2 ;;
esac

SERVICE=${SERVICE:-studylens}
REGION=${REGION:-europe-west1}
DATABASE_SECRET=${DATABASE_SECRET:-studylens-database-url}
KEY_SECRET=${KEY_SECRET:-studylens-secret-key}
GEMINI_SECRET=${GEMINI_SECRET:-}
MAX_INSTANCES=${MAX_INSTANCES:-3}

# Its disk is memory and counts: 512 MB for the service as everywhere, the rest for bodies and copies of photos.
MEMORY=${MEMORY:-1Gi}
# As many as threads: what comes beyond goes to another instance instead of waiting here.
CONCURRENCY=32
# A request is 32 MiB there at most, so ten photos of 3 MB fit; a browser shrinks larger ones before it sends them.
VARIABLES="GCS_BUCKET_NAME=$BUCKET|HOST=0.0.0.0|TRUSTED_PROXIES=1|WEB_CONCURRENCY=1|MAX_UPLOAD_MB=3|MAX_DOCUMENT_MB=20"
VARIABLES="$VARIABLES|INSTANCE_DIR=/tmp/instance|LOG_FORMAT=json|MALLOC_ARENA_MAX=2|MALLOC_TRIM_THRESHOLD_=65536"
VARIABLES="$VARIABLES|PYTHONUNBUFFERED=1"
SECRETS="DATABASE_URL=$DATABASE_SECRET:latest,SECRET_KEY=$KEY_SECRET:latest"
[ -z "$GEMINI_SECRET" ] || SECRETS="$SECRETS,GEMINI_API_KEY=$GEMINI_SECRET:latest"

run() {
    if [ -n "$dry" ]; then
        for word in "$@"; do printf '%s\n' "$word"; done | sed '1!s/^/    /'
    else
        "$@"
    fi
}

[ -n "$dry" ] || command -v gcloud >/dev/null || { echo "gcloud is not installed" >&2 && exit 1; }

# The processor is always there (--no-cpu-throttling): jobs run between requests. One instance stays, so that they do.
run gcloud run deploy "$SERVICE" \
    --project="$PROJECT" \
    --region="$REGION" \
    --image="$IMAGE" \
    --port=10000 \
    --execution-environment=gen2 \
    --cpu=1 \
    --no-cpu-throttling \
    --memory="$MEMORY" \
    --concurrency="$CONCURRENCY" \
    --min-instances=1 \
    --max-instances="$MAX_INSTANCES" \
    --timeout=120 \
    --startup-probe="httpGet.path=/health,periodSeconds=5,failureThreshold=48,timeoutSeconds=4" \
    --liveness-probe="httpGet.path=/health,periodSeconds=60,failureThreshold=3,timeoutSeconds=20" \
    --set-env-vars="^|^$VARIABLES" \
    --set-secrets="$SECRETS" \
    --allow-unauthenticated
