#!/usr/bin/env bash
# What the tests with other people's programs need and the workspace does not bring: curl, tmux, nginx, Prometheus, a Python environment with the clients
# in requirements.txt, the coding agents in agents/package.json; and the clients in Go, where there is Go. Does nothing when all is there. Packages of the system are installed where this runs as root and apt-get is.
set -euo pipefail
cd "$(dirname "$0")"

wanted=()
command -v curl > /dev/null || wanted+=(curl)
command -v tmux > /dev/null || wanted+=(tmux)
command -v nginx > /dev/null || [ -x /usr/sbin/nginx ] || wanted+=(nginx-light)
command -v prometheus > /dev/null || wanted+=(prometheus)
python3 -c "import venv, ensurepip" 2> /dev/null || wanted+=(python3-venv)
if [ ${#wanted[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "Please install ${wanted[*]}, then run this again." >&2
    exit 1
  fi
  echo "Installing ${wanted[*]}..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq --no-install-recommends "${wanted[@]}" > /dev/null
fi

# The tests look for the environment under the same name.
home="${XDG_CACHE_HOME:-$HOME/.cache}/massgen-interop/$(cat requirements.txt constraints.txt | sha256sum | cut -c 1-16)"
if [ ! -e "$home/.complete" ]; then
  echo "Installing Python packages into $home..."
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements.txt
  touch "$home/.complete"
fi

home="${XDG_CACHE_HOME:-$HOME/.cache}/massgen-interop/$(sha256sum < agents/package.json | cut -c 1-16)"
if [ ! -e "$home/.complete" ]; then
  echo "Installing coding agents into $home..."
  rm -rf "$home"
  mkdir -p "$home"
  cp agents/package.json "$home"
  npm install --prefix "$home" --silent --no-audit --no-fund > /dev/null
  # It brings its program in a package for each platform, and this puts it in place.
  (cd "$home/node_modules/@anthropic-ai/claude-code" && node install.cjs > /dev/null)
  touch "$home/.complete"
fi

if command -v go > /dev/null; then
  home="${XDG_CACHE_HOME:-$HOME/.cache}/massgen-interop/$(cat foreign/go/main.go foreign/go/go.mod foreign/go/go.sum | sha256sum | cut -c 1-16)"
  if [ ! -e "$home/client" ]; then
    echo "Building the clients in Go..."
    (cd foreign/go && go build -o "$home/client" .)
  fi
fi
