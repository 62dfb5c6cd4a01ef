#!/usr/bin/env bash
# Makes the large image of the benchmark: Debian 12 by debootstrap and several layers of Debian packages, about 1 GB
# compressed, as an OCI layout. Takes the archive from this machine's own apt configuration. Needs root, debootstrap,
# buildah (chroot isolation, vfs storage) and about 30 GB of disk while it works.
#
#   bench/make-large-image.sh FOLDER      writes FOLDER/large (the layout) and FOLDER/storage (buildah's)
set -euo pipefail
folder=$(realpath -m "${1:?usage: make-large-image.sh FOLDER}")
here=$(dirname "$(realpath "$0")")
mkdir -p "$folder/context"
archive=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -1)

root="$folder/context/rootfs"
if [ ! -e "$root/etc/debian_version" ]; then
  debootstrap --variant=minbase bookworm "$root" "$archive"
  cp -r /etc/apt/sources.list.d /etc/apt/apt.conf.d "$root/etc/apt/"
  mkdir -p "$root/usr/share/keyrings" "$root/etc/ssl"
  cp -r /etc/ssl/certs "$root/etc/ssl/"
  rm -f "$root"/etc/apt/sources.list
fi
cp "$here/large-image.Containerfile" "$folder/context/Containerfile"

storage=(--storage-driver vfs --root "$folder/storage" --runroot "$folder/run")
buildah "${storage[@]}" build --isolation chroot --layers --network host -t large "$folder/context"
rm -rf "$folder/large"
buildah "${storage[@]}" push --format oci --compression-format gzip large "oci:$folder/large:large"
du -sm "$folder/large"
