// Rewrites an OCI layout so that its layers have tables of contents, with the libraries of the tools that make such
// images: containers/storage (podman, buildah, skopeo) for zstd:chunked, containerd's stargz-snapshotter for eStargz.
//
//	go run . zstd-chunked|estargz FROM TO
//
// The layout must have one image in gzip layers. Uncompressed bytes, and so diff IDs, stay as they are in zstd:chunked;
// eStargz adds files to a layer.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/containerd/stargz-snapshotter/estargz"
	"github.com/containers/storage/pkg/chunked/compressor"
)

type document = map[string]any

var from, to string

func main() {
	from, to = os.Args[2], os.Args[3]
	must(os.MkdirAll(filepath.Join(to, "blobs", "sha256"), 0o755))
	index := read(filepath.Join(from, "index.json"))
	entry := index["manifests"].([]any)[0].(document)
	manifest := readBlob(entry)
	configuration := readBlob(manifest["config"].(document))
	diffIDs := configuration["rootfs"].(document)["diff_ids"].([]any)
	for position, layer := range manifest["layers"].([]any) {
		rewriteLayer(layer.(document), diffIDs, position, os.Args[1])
	}
	writeBlob(manifest["config"].(document), configuration)
	writeBlob(entry, manifest)
	write(filepath.Join(to, "index.json"), index)
	write(filepath.Join(to, "oci-layout"), document{"imageLayoutVersion": "1.0.0"})
}

func rewriteLayer(layer document, diffIDs []any, position int, format string) {
	packed, err := os.Open(blobPath(from, layer["digest"].(string)))
	must(err)
	defer packed.Close()
	archive, err := gzip.NewReader(packed)
	must(err)
	target, err := os.CreateTemp(to, "layer")
	must(err)
	defer target.Close()
	digest := sha256.New()
	annotations := map[string]string{}
	media := "application/vnd.oci.image.layer.v1.tar+zstd"
	if format == "zstd-chunked" {
		level := 3
		writer, err := compressor.ZstdCompressor(io.MultiWriter(target, digest), annotations, &level)
		must(err)
		_, err = io.Copy(writer, archive)
		must(err)
		must(writer.Close())
	} else {
		tar, err := io.ReadAll(archive)
		must(err)
		blob, err := estargz.Build(io.NewSectionReader(bytes.NewReader(tar), 0, int64(len(tar))))
		must(err)
		_, err = io.Copy(io.MultiWriter(target, digest), blob)
		must(err)
		must(blob.Close())
		annotations[estargz.TOCJSONDigestAnnotation] = blob.TOCDigest().String()
		diffIDs[position] = blob.DiffID().String()
		media = "application/vnd.oci.image.layer.v1.tar+gzip"
	}
	size, err := target.Seek(0, io.SeekCurrent)
	must(err)
	layer["digest"] = "sha256:" + hex.EncodeToString(digest.Sum(nil))
	layer["size"], layer["mediaType"], layer["annotations"] = size, media, annotations
	must(os.Rename(target.Name(), blobPath(to, layer["digest"].(string))))
}

func writeBlob(descriptor document, content document) {
	bytes, err := json.Marshal(content)
	must(err)
	sum := sha256.Sum256(bytes)
	descriptor["digest"], descriptor["size"] = "sha256:"+hex.EncodeToString(sum[:]), len(bytes)
	must(os.WriteFile(blobPath(to, descriptor["digest"].(string)), bytes, 0o644))
}

func readBlob(descriptor document) document {
	return read(blobPath(from, descriptor["digest"].(string)))
}

func blobPath(layout string, digest string) string {
	return filepath.Join(layout, "blobs", "sha256", strings.TrimPrefix(digest, "sha256:"))
}

func read(file string) document {
	bytes, err := os.ReadFile(file)
	must(err)
	var found document
	must(json.Unmarshal(bytes, &found))
	return found
}

func write(file string, content document) {
	bytes, err := json.Marshal(content)
	must(err)
	must(os.WriteFile(file, bytes, 0o644))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
