// Verify checks a log as an outside monitor would, with the Go team's checksum
// database packages and nothing of ours but the mapping of paths.
//
//	verify <directory> <log verifier key> <witness verifier key> <index>...
//
// The directory holds what is served below .../log/<nnnn>/ (checkpoint and
// tile/...), and in checkpoint.older a head that an earlier visitor kept.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight     = 8
	entriesPerTile = 1 << tileHeight
)

// cosigner verifies type 0x04 lines (c2sp.org/tlog-cosignature).
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

func newCosigner(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("witness key has not three parts")
	}
	material, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(material) != 1+ed25519.PublicKeySize || material[0] != 4 {
		return nil, errors.New("witness key is not of type 0x04")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), material...))
	if parts[1] != fmt.Sprintf("%x", sum[:4]) {
		return nil, errors.New("witness key has another key id")
	}
	return cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), material[1:]}, nil
}

// served reads tiles and entries from a directory laid out as c2sp.org/tlog-tiles.
type served struct{ directory string }

func (s served) Height() int                         { return tileHeight }
func (s served) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (s served) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(s.directory, path))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

// entry returns entry number index of a log of that size, from its bundle.
func (s served) entry(index, size int64) ([]byte, error) {
	bundle := tlog.Tile{H: tileHeight, L: -1, N: index / entriesPerTile, W: entriesPerTile}
	if rest := size - bundle.N*entriesPerTile; rest < entriesPerTile {
		bundle.W = int(rest)
	}
	path := strings.Replace(bundle.Path(), "tile/8/data/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(s.directory, path))
	if err != nil {
		return nil, err
	}
	for skip := index % entriesPerTile; ; skip-- {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s ends within an entry", path)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		if skip == 0 {
			return data[2:end], nil
		}
		data = data[end:]
	}
}

// head opens the note in that file, which both keys must have signed.
func (s served) head(file string, log, witness note.Verifier) (tree tlog.Tree, err error) {
	bytes, err := os.ReadFile(filepath.Join(s.directory, file))
	if err != nil {
		return tree, err
	}
	signed, err := note.Open(bytes, note.VerifierList(log, witness))
	if err != nil {
		return tree, fmt.Errorf("%s: %w", file, err)
	}
	if len(signed.Sigs) != 2 {
		return tree, fmt.Errorf("%s: not signed by both log and witness", file)
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != log.Name() || lines[3] != "" {
		return tree, fmt.Errorf("%s: not a checkpoint of that log", file)
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// included checks that the entry served under that index is in the tree.
func included(s served, tree tlog.Tree, tiles tlog.HashReader, index int64) error {
	entry, err := s.entry(index, tree.N)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveRecord(tree.N, index, tiles)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func verify(directory, logKey, witnessKey string, indices []string) error {
	log, err := note.NewVerifier(logKey)
	if err != nil {
		return err
	}
	witness, err := newCosigner(witnessKey)
	if err != nil {
		return err
	}
	s := served{directory}
	tree, err := s.head("checkpoint", log, witness)
	if err != nil {
		return err
	}
	older, err := s.head("checkpoint.older", log, witness)
	if err != nil {
		return err
	}
	tiles := tlog.TileHashReader(tree, s)
	if root, err := tlog.TreeHash(tree.N, tiles); err != nil || root != tree.Hash {
		return fmt.Errorf("tiles do not give the root: %v", err)
	}
	for _, text := range indices {
		index, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		if err := included(s, tree, tiles, index); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	proof, err := tlog.ProveTree(tree.N, older.N, tiles)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: verify <directory> <log key> <witness key> <index>...")
		os.Exit(2)
	}
	if err := verify(os.Args[1], os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("verified")
}
