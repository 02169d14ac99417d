#!/usr/bin/env bash
# Chromium, for the tests of pages. Does nothing where it is there. Packages of the system are installed where this runs
# as root and apt-get is.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
  if command -v "$name" > /dev/null; then exit 0; fi
done
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
  echo "Please install chromium, then run this again." >&2
  exit 1
fi
echo "Installing chromium..."
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --no-install-recommends chromium fonts-dejavu-core > /dev/null
