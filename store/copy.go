package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// Postgres takes many rows by COPY at two thirds of what an INSERT costs it. The
// drivers wait for its consent before they send the rows, and that would cost
// more than it saves; here COPY and rows go out in one piece, right behind the
// statements before them. The protocol allows it: rows that a failed COPY does
// not want are passed over.

// copying is a COPY of rows into a table.
type copying struct {
	t    *table
	rows [][]any
}

// copyBuffers keep the bytes of one piece, about 1 kB for each message.
var copyBuffers = sync.Pool{New: func() any { return new([]byte) }}

// writeTail sends COPYs, and COMMIT behind them, without waiting for anything. It
// returns how many answers are to come.
func writeTail(conn *pgx.Conn, copies []stmt, commit bool) (answers int, err error) {
	buffer := copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(buffer)
	b := (*buffer)[:0]
	for i := range copies {
		b = copies[i].copying.append(b)
	}
	answers = len(copies)
	if commit {
		b = appendQuery(b, "COMMIT")
		answers++
	}
	*buffer = b
	if answers > 0 {
		_, err = conn.PgConn().Conn().Write(b)
	}
	return answers, err
}

// readTail reads that many answers.
func readTail(ctx context.Context, conn *pgx.Conn, answers int) (first error) {
	for answers > 0 {
		m, err := conn.PgConn().ReceiveMessage(ctx)
		if err != nil {
			return cmp.Or(first, err)
		}
		switch m := m.(type) {
		case *pgproto3.ErrorResponse:
			first = cmp.Or(first, error(pgconn.ErrorResponseToPgError(m)))
		case *pgproto3.CommandComplete:
			// The answer to COMMIT when something in the transaction had failed.
			if string(m.CommandTag) == "ROLLBACK" {
				first = cmp.Or(first, errRolledBack)
			}
		case *pgproto3.ReadyForQuery:
			answers--
		}
	}
	return first
}

var errRolledBack = errors.New("the transaction was rolled back")

// append adds the messages of a COPY: the query, all rows as one piece of data,
// and the end.
func (c *copying) append(b []byte) []byte {
	b = appendQuery(b, "COPY "+c.t.name+" ("+c.t.names(", ")+") FROM STDIN BINARY")
	b, data := begin(b, 'd')
	b = append(b, "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"...) // no flags, no extension
	for _, r := range c.rows {
		b = binary.BigEndian.AppendUint16(b, uint16(len(r)))
		for _, v := range r {
			b = appendField(b, v)
		}
	}
	b = append(b, 0xff, 0xff) // a row of -1 columns is the end
	end(b, data)
	b, done := begin(b, 'c')
	end(b, done)
	return b
}

func appendQuery(b []byte, text string) []byte {
	b, query := begin(b, 'Q')
	b = append(append(b, text...), 0)
	end(b, query)
	return b
}

// begin adds the head of a message; end fills in its length.
func begin(b []byte, kind byte) (grown []byte, at int) {
	return append(b, kind, 0, 0, 0, 0), len(b) + 1
}

func end(b []byte, at int) { binary.BigEndian.PutUint32(b[at:], uint32(len(b)-at)) }

// appendField adds a value behind its length.
func appendField(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
	case []byte:
		return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
	case int64:
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(v))
	case bool:
		b = binary.BigEndian.AppendUint32(b, 1)
		if v {
			return append(b, 1)
		}
		return append(b, 0)
	}
	panic("store: a column has one of the four kinds of values")
}
