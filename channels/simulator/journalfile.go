package simulator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// journalLine is one line of the journal file. Number lets ids go on after a
// restart where they ended.
type journalLine struct {
	Number  int64        `json:"number,omitempty"`
	Record  *Record      `json:"record,omitempty"`
	Account *AccountSpec `json:"account,omitempty"`
}

// journalFile appends lines to a file. Its nil-file form keeps nothing and
// still puts changes one after the other.
type journalFile struct {
	mu    sync.Mutex
	file  *os.File
	fsync bool
	size  int64
}

// openJournal reads a journal, giving each line to replay, and opens it for
// appending. What a crash left of a last line is cut off: nothing was answered
// before its line was whole.
func openJournal(path string, fsync bool, replay func(journalLine) error) (*journalFile, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("simulator journal: %w", err)
	}
	size, err := readJournal(file, replay)
	if err == nil {
		err = file.Truncate(size)
	}
	if err == nil {
		_, err = file.Seek(size, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("simulator journal %s: %w", path, err), file.Close())
	}
	return &journalFile{file: file, fsync: fsync, size: size}, nil
}

// readJournal returns the size of the whole lines.
func readJournal(r io.Reader, replay func(journalLine) error) (int64, error) {
	var size int64
	reader := bufio.NewReader(r)
	for number := 1; ; number++ {
		text, err := reader.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return size, nil
		}
		if err != nil {
			return size, err
		}
		var line journalLine
		if err := json.Unmarshal(bytes.TrimSpace(text), &line); err != nil {
			return size, fmt.Errorf("line %d: %w", number, err)
		}
		if err := replay(line); err != nil {
			return size, fmt.Errorf("line %d: %w", number, err)
		}
		size += int64(len(text))
	}
}

// commit runs change alone. What change writes is in the file when write
// returns; a write that fails leaves no half line behind.
func (j *journalFile) commit(change func(write func(journalLine) error) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return change(j.write)
}

func (j *journalFile) write(line journalLine) error {
	if j.file == nil {
		return nil
	}
	text, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("simulator journal: %w", err)
	}
	text = append(text, '\n')
	_, err = j.file.Write(text)
	if err == nil && j.fsync {
		err = j.file.Sync()
	}
	if err != nil {
		_, seekErr := j.file.Seek(j.size, io.SeekStart)
		return fmt.Errorf("simulator journal: %w", errors.Join(err, j.file.Truncate(j.size), seekErr))
	}
	j.size += int64(len(text))
	return nil
}

// truncate empties the file and runs change.
func (j *journalFile) truncate(change func()) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file != nil {
		if err := j.file.Truncate(0); err != nil {
			return fmt.Errorf("simulator journal: %w", err)
		}
		if _, err := j.file.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("simulator journal: %w", err)
		}
		j.size = 0
	}
	change()
	return nil
}

// Close closes the file.
func (j *journalFile) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}
