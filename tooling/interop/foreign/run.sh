#!/usr/bin/env bash
# Builds clients in other languages and shows them a stream that breaks: `bash tooling/interop/foreign/run.sh java rust go`. Needs mvn for
# java, cargo for rust, go for go, and a built checkout (npm run build).
set -euo pipefail
cd "$(dirname "$0")"

for language in "$@"; do
  case "$language" in
    java) (cd java && mvn -q -B compile dependency:copy-dependencies) ;;
    rust) (cd rust && cargo build --quiet --locked) ;;
    go) bash ../install-tools.sh ;;
    *) echo "There is nothing in $language here: java, rust, go." >&2 && exit 2 ;;
  esac
done
cd ../../..
MASSGEN_FOREIGN="$*" PATH="$PWD/node_modules/.bin:$PATH" vitest run tooling/interop/src/broken-stream.test.ts -t "other languages" --reporter=verbose
