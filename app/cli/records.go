package cli

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"streamtray/app/project"
	"streamtray/app/view"
	"streamtray/internal/termtext"
	"streamtray/internal/usererr"
)

// recordFlags are the flags of both verbs.
type recordFlags struct {
	from, filter, path string
	partition          string
	most               int
	untilEnd           bool

	key     string
	headers repeated
	lines   bool
}

// verbFlags are the flags that each verb takes.
var verbFlags = map[string][]string{
	"tail": {"from", "partition", "filter", "path", "n", "until-end"},
	"send": {"key", "header", "lines"},
}

// runRecords reads a topic's records, or sends some.
func runRecords(ctx context.Context, c *call) error {
	var f recordFlags
	c.flags.StringVar(&f.from, "from", "end", "")
	c.flags.StringVar(&f.partition, "partition", "", "")
	c.flags.StringVar(&f.filter, "filter", "", "")
	c.flags.StringVar(&f.path, "path", "", "")
	c.flags.IntVar(&f.most, "n", 0, "")
	c.flags.BoolVar(&f.untilEnd, "until-end", false, "")
	c.flags.StringVar(&f.key, "key", "", "")
	c.flags.Var(&f.headers, "header", "")
	c.flags.BoolVar(&f.lines, "lines", false, "")
	rest, err := c.parse(3)
	if err != nil {
		return err
	}
	if len(rest) < 2 || verbFlags[rest[0]] == nil {
		return c.usageError()
	}
	verb, topic := rest[0], rest[1]
	c.flags.Visit(func(given *flag.Flag) {
		for other, flags := range verbFlags {
			if other != verb && slices.Contains(flags, given.Name) {
				err = badFlag("cli.unknown_flag", map[string]any{"Command": "records " + verb, "Flag": given.Name})
			}
		}
	})
	switch {
	case err != nil:
		return err
	case verb == "send":
		return c.sendRecords(ctx, topic, append(rest, "-")[2], f)
	case len(rest) > 2:
		return badUsage("cli.too_many", map[string]any{"Command": "records tail", "Arg": rest[2]})
	}
	return c.tailRecords(ctx, topic, f)
}

// reading is what of a topic the flags ask for.
func (f recordFlags) reading(topic string, now time.Time) (project.Reading, error) {
	bad := func(flag, value string) error {
		return badFlag("cli.bad_value", map[string]any{"Command": "records tail", "Flag": flag, "Value": value})
	}
	r := project.Reading{Topic: topic, ToEnd: f.untilEnd}
	if f.most < 0 {
		return r, bad("n", strconv.Itoa(f.most))
	}
	if f.partition != "" {
		n, err := strconv.ParseUint(f.partition, 10, 31)
		if err != nil {
			return r, bad("partition", f.partition)
		}
		id := int32(n)
		r.Partition = &id
	}
	offset, err := strconv.ParseInt(f.from, 10, 64)
	since, isTime := view.TimeOf(f.from, now)
	switch {
	case f.from == "end":
	case f.from == "beginning":
		r.Back = project.FromStart
	case err == nil && offset < 0:
		r.Back = project.From(-offset)
	case err == nil:
		r.At = &offset
	case isTime:
		r.Since = since
	default:
		return r, bad("from", f.from)
	}
	r.Match, err = f.match()
	return r, err
}

// match is what chooses records; nil: all.
func (f recordFlags) match() (func(*project.Record) bool, error) {
	path := f.path
	if path != "" && !strings.HasPrefix(path, "$") {
		path = "$." + path
	}
	var filters []project.Filter
	for _, typed := range []string{f.filter, path} {
		filter, err := project.ParseFilter(typed)
		if err != nil {
			return nil, errors.Join(err, errUsage)
		}
		if !filter.All() {
			filters = append(filters, filter)
		}
	}
	if filters == nil {
		return nil, nil
	}
	return func(r *project.Record) bool {
		return !slices.ContainsFunc(filters, func(f project.Filter) bool { return !f.Match(r) })
	}, nil
}

// written is how much text of records is gathered before it is written.
const written = 64 << 10

func (c *call) tailRecords(ctx context.Context, topic string, f recordFlags) error {
	what, err := f.reading(topic, time.Now())
	if err != nil {
		return err
	}
	p, err := c.openCluster(ctx, false)
	if err != nil {
		return err
	}
	defer p.Close()
	form := appendText
	if c.json {
		form = project.AppendJSON
	}
	shown, seen, buf := 0, 0, make([]byte, 0, written+4096)
	for b, err := range p.Read(ctx, what) {
		if err != nil && ctx.Err() == nil {
			return err
		}
		seen += b.Scanned
		for i := range b.Records {
			buf = form(buf, &b.Records[i])
			shown++
			if last := shown == f.most; last || len(buf) >= written || i == len(b.Records)-1 {
				if _, err := c.Out.Write(buf); err != nil || last {
					return nil // nobody reads any more: that is how a pager ends
				}
				buf = buf[:0]
			}
		}
	}
	if ctx.Err() != nil && (f.most > 0 || f.untilEnd) {
		return errInterrupted
	}
	if shown == 0 && !c.json {
		fmt.Fprintln(c.Err, c.words.Text("cli.records.none", map[string]any{"Topic": topic, "Seen": seen}))
	}
	return nil
}

// appendText adds a record as a line: time, partition and offset, key, value, between tabs.
func appendText(b []byte, r *project.Record) []byte {
	b = r.Time.Local().AppendFormat(b, "2006-01-02 15:04:05.000\t")
	b = strconv.AppendInt(b, int64(r.Partition), 10)
	b = append(b, ':')
	b = strconv.AppendInt(b, r.Offset, 10)
	b = append(b, '\t')
	b = appendShown(b, r.Key)
	b = append(b, '\t')
	b = appendShown(b, r.Value)
	return append(b, '\n')
}

// appendShown adds bytes as text on one line; those that are none are quoted, and none at all are "-".
func appendShown(b, text []byte) []byte {
	plain := true
	for _, c := range text {
		if c < ' ' || c > '~' {
			plain = false
			break
		}
	}
	switch {
	case text == nil:
		return append(b, '-')
	case plain:
		return append(b, text...)
	case !utf8.Valid(text):
		return strconv.AppendQuoteToGraphic(b, string(text))
	}
	return append(b, termtext.OneLine(string(text))...)
}

// sentJSON is what send answers.
type sentJSON struct {
	Topic     string `json:"topic"`
	Records   int    `json:"records"`
	Partition *int32 `json:"partition,omitempty"` // of one record
	Offset    *int64 `json:"offset,omitempty"`
}

func (c *call) sendRecords(ctx context.Context, topic, file string, f recordFlags) error {
	record := project.Record{Topic: topic}
	if f.key != "" {
		record.Key = []byte(f.key)
	}
	for _, h := range f.headers {
		name, value, ok := strings.Cut(h, "=")
		if !ok || name == "" {
			return badFlag("cli.bad_value", map[string]any{"Command": "records send", "Flag": "header", "Value": h})
		}
		record.Headers = append(record.Headers, project.Header{Key: name, Value: []byte(value)})
	}
	in := c.In
	if file != "-" {
		opened, err := os.Open(c.path(file))
		if err != nil {
			return usererr.New("cli.unreadable", map[string]any{"File": file}, err)
		}
		defer opened.Close()
		in = opened
	}
	p, err := c.openCluster(ctx, true)
	if err != nil {
		return err
	}
	defer p.Close()
	answer := sentJSON{Topic: topic, Records: 1}
	if f.lines {
		answer.Records, err = p.SendAll(ctx, topic, lineRecords(in, record))
	} else if record.Value, err = io.ReadAll(io.LimitReader(in, mostOfRecord+1)); err == nil {
		record, err = p.Send(ctx, record)
		answer.Partition, answer.Offset = &record.Partition, &record.Offset
	}
	if err != nil {
		return err
	}
	return c.answer(answer, func(out io.Writer) {
		id, args := "cli.records.sent_all", map[string]any{"Topic": topic, "Records": answer.Records}
		if !f.lines {
			id, args = "cli.records.sent", map[string]any{"Topic": topic, "Partition": record.Partition, "Offset": record.Offset}
		}
		fmt.Fprintln(out, c.words.Text(id, args))
	})
}

// mostOfRecord is the size in bytes beyond which nothing is read of a file that is to be one record: no broker takes it.
const mostOfRecord = 100 << 20

// lineRecords makes a record of each line.
func lineRecords(in io.Reader, like project.Record) iter.Seq2[project.Record, error] {
	return func(yield func(project.Record, error) bool) {
		lines := bufio.NewScanner(in)
		lines.Buffer(make([]byte, 64<<10), mostOfRecord)
		var room []byte // for many lines: one by one, each would be an object for the garbage collector
		for lines.Scan() {
			line := lines.Bytes()
			if len(line) > cap(room)-len(room) {
				room = make([]byte, 0, max(64<<10, len(line)))
			}
			begin := len(room)
			room = append(room, line...)
			like.Value = room[begin:len(room):len(room)]
			if !yield(like, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(project.Record{}, err)
		}
	}
}
