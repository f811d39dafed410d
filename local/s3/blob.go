package s3

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"go.etcd.io/bbolt"
)

// chunkSize is how much of an object one database value holds, in bytes. It bounds
// what a transaction and a reader keep in memory, however large the object.
const chunkSize = 1 << 20

// chunkTable holds a bbolt bucket for every chunk, under blob id (8 bytes) and index
// (4 bytes), with the chunk in it under chunkName. A bucket of its own keeps bbolt
// from reading, mapping and writing a chunk's neighbours whenever it stores one:
// they would share a page.
var (
	chunkTable = []byte("s3/chunks")
	chunkName  = []byte("bytes")
)

// blob is a stored sequence of bytes that is never changed. An object is one blob,
// or several when it came in parts.
type blob struct {
	ID   uint64
	Size int64
}

func chunkKey(id uint64, index int64) []byte {
	key := binary.BigEndian.AppendUint64(make([]byte, 0, 12), id)
	return binary.BigEndian.AppendUint32(key, uint32(index)) //nolint:gosec // an index counts MiB: 5 GiB have 5,120
}

// writeBlob stores what r yields, chunk by chunk. When r fails nothing is kept.
// Nothing refers to the blob yet: the caller's next transaction does.
func (s *Service) writeBlob(r io.Reader) (blob, error) {
	var b blob
	buffer := make([]byte, 0, 32<<10) // most files of a site are small
	for index := int64(0); ; index++ {
		var err error
		buffer, err = readChunk(r, buffer[:0])
		if err != nil {
			return blob{}, s.discard(err, b)
		}
		if len(buffer) == 0 {
			return b, nil
		}
		if err := s.DB.Update(func(tx *bbolt.Tx) error {
			chunks, err := tx.CreateBucketIfNotExists(chunkTable)
			if err != nil {
				return err
			}
			if b.ID == 0 {
				if b.ID, err = chunks.NextSequence(); err != nil {
					return err
				}
			}
			chunk, err := chunks.CreateBucket(chunkKey(b.ID, index))
			if err != nil {
				return err
			}
			return chunk.Put(chunkName, buffer)
		}); err != nil {
			return blob{}, s.discard(fmt.Errorf("storing an object: %w", err), b)
		}
		b.Size += int64(len(buffer))
	}
}

// readChunk appends to buffer until it holds a chunk or r ends.
func readChunk(r io.Reader, buffer []byte) ([]byte, error) {
	for len(buffer) < chunkSize {
		if len(buffer) == cap(buffer) {
			grown := make([]byte, len(buffer), min(4*cap(buffer), chunkSize))
			copy(grown, buffer)
			buffer = grown
		}
		n, err := r.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if errors.Is(err, io.EOF) {
			return buffer, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return buffer, nil
}

// discard removes blobs after err, which it returns as it is: gofakes3 does not look
// for its errors inside others.
func (s *Service) discard(err error, blobs ...blob) error {
	if left := s.deleteBlobs(blobs...); left != nil {
		return errors.Join(err, left)
	}
	return err
}

// deleteBlobs removes blobs that nothing refers to, in a transaction of its own.
func (s *Service) deleteBlobs(blobs ...blob) error {
	return s.update(func(tx *bbolt.Tx) error { return s.dropBlobs(tx, blobs) })
}

// dropBlobs removes blobs as part of tx, or marks them when they are being read.
// The caller holds readers.starting: see [Service.update].
func (s *Service) dropBlobs(tx *bbolt.Tx, blobs []blob) error {
	s.readers.mu.Lock()
	defer s.readers.mu.Unlock()
	for _, b := range blobs {
		if s.readers.open[b.ID] > 0 {
			s.readers.doomed[b.ID] = true
			continue
		}
		if err := deleteChunks(tx, b); err != nil {
			return err
		}
	}
	return nil
}

func deleteChunks(tx *bbolt.Tx, b blob) error {
	chunks := tx.Bucket(chunkTable)
	if chunks == nil {
		return nil
	}
	for index := range (b.Size + chunkSize - 1) / chunkSize {
		if err := chunks.DeleteBucket(chunkKey(b.ID, index)); err != nil {
			return fmt.Errorf("deleting a stored object: %w", err)
		}
	}
	return nil
}

// contents reads blobs one after the other from any place. It must be closed.
type contents struct {
	s     *Service
	blobs []blob
	size  int64
}

// openContents must be called in the transaction that found blobs, with
// readers.starting held for reading.
func (s *Service) openContents(blobs []blob) *contents {
	c := &contents{s: s, blobs: blobs}
	s.readers.mu.Lock()
	defer s.readers.mu.Unlock()
	for _, b := range blobs {
		c.size += b.Size
		s.readers.open[b.ID]++
	}
	return c
}

// ReadAt implements io.ReaderAt.
func (c *contents) ReadAt(p []byte, offset int64) (n int, err error) {
	for n < len(p) {
		m, err := c.readSome(p[n:], offset+int64(n))
		n += m
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// readSome reads from the one chunk that holds offset.
func (c *contents) readSome(p []byte, offset int64) (n int, err error) {
	for _, b := range c.blobs {
		if offset >= b.Size {
			offset -= b.Size
			continue
		}
		err := c.s.DB.View(func(tx *bbolt.Tx) error {
			chunk := tx.Bucket(chunkTable).Bucket(chunkKey(b.ID, offset/chunkSize))
			if chunk == nil {
				return fmt.Errorf("reading an object: chunk %d of blob %d is missing", offset/chunkSize, b.ID)
			}
			n = copy(p, chunk.Get(chunkName)[offset%chunkSize:])
			return nil
		})
		return n, err
	}
	return 0, io.EOF
}

// Close lets go of the blobs and removes those that were deleted meanwhile.
func (c *contents) Close() error {
	var unread []blob
	c.s.readers.mu.Lock()
	for _, b := range c.blobs {
		c.s.readers.open[b.ID]--
		if c.s.readers.open[b.ID] > 0 {
			continue
		}
		delete(c.s.readers.open, b.ID)
		if c.s.readers.doomed[b.ID] {
			delete(c.s.readers.doomed, b.ID)
			unread = append(unread, b)
		}
	}
	c.s.readers.mu.Unlock()
	c.blobs = nil
	if len(unread) == 0 {
		return nil
	}
	return c.s.deleteBlobs(unread...)
}

// sweep removes the chunks that neither an object nor an upload refers to: the end
// of a process can come between storing bytes and storing what they are.
func (s *Service) sweep() error {
	return s.update(func(tx *bbolt.Tx) error {
		chunks := tx.Bucket(chunkTable)
		if chunks == nil {
			return nil
		}
		known := map[uint64]bool{}
		keep := func(blobs []blob) {
			for _, b := range blobs {
				known[b.ID] = true
			}
		}
		if err := objects.Each(tx, "", func(_ string, h history) error {
			for _, v := range h {
				keep(v.Blobs)
			}
			return nil
		}); err != nil {
			return err
		}
		if err := uploads.Each(tx, "", func(_ string, u upload) error {
			for _, p := range u.Parts {
				keep([]blob{p.Blob})
			}
			return nil
		}); err != nil {
			return err
		}
		var orphans [][]byte
		cursor := chunks.Cursor()
		for key, _ := cursor.First(); key != nil; key, _ = cursor.Next() {
			if !known[binary.BigEndian.Uint64(key)] {
				orphans = append(orphans, key)
			}
		}
		for _, key := range orphans {
			if err := chunks.DeleteBucket(key); err != nil {
				return err
			}
		}
		return nil
	})
}
