#!/bin/sh
# Fetch tesseract's language data: from npm, in one fixed version; Russian from Debian, where apt is, since npm has
# none. A file that tools/scripts.sha256 knows must be that very file.
# $1: the folder to put it in; $2: the languages, as ara,hin,kor,vie; docs/documents.md names them.
set -eu
folder=$1
sums=$(cd "$(dirname "$0")" && pwd)/scripts.sha256
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

from_npm() {
    command -v npm >/dev/null || { echo "npm is not here: install Node.js to fetch $1." >&2; return 1; }
    npm pack --silent "@tesseract.js-data/$1@1.0.0" >/dev/null
    tar -xzf "tesseract.js-data-$1-1.0.0.tgz"
    gunzip -c "package/4.0.0_best_int/$1.traineddata.gz" >"$1.traineddata"
    rm -rf package
}

from_debian() {
    command -v apt-get >/dev/null || { echo "$1 comes as a Debian package only, and apt-get is not here." >&2; return 1; }
    apt-get download -qq "tesseract-ocr-$1"
    dpkg -x "tesseract-ocr-$1"_*.deb package
    find package -name "$1.traineddata" -exec cp {} . \;
    rm -rf package
}

for language in osd $(echo "$2" | tr ',' ' '); do
    [ -f "$folder/$language.traineddata" ] && continue
    case $language in
        *[!a-z_]*) echo "$language is no language code." >&2; exit 1 ;;
        rus) from_debian rus ;;
        *) from_npm "$language" ;;
    esac
    grep " $language.traineddata\$" "$sums" >known || true
    sha256sum --check --quiet known 2>/dev/null || [ ! -s known ] || {
        echo "$language.traineddata is not the file that tools/scripts.sha256 knows." >&2
        exit 1
    }
    mv "$language.traineddata" "$folder/"
    echo "$language: $(wc -c <"$folder/$language.traineddata") bytes"
done
