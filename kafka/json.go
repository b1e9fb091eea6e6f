package kafka

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

// AppendJSON adds a record as a JSON object on a line of its own: what is no text is in Base64 under the same name with
// "_base64" behind it.
func AppendJSON(b []byte, r *Record) []byte {
	b = appendString(append(b, `{"topic":`...), []byte(r.Topic))
	b = strconv.AppendInt(append(b, `,"partition":`...), int64(r.Partition), 10)
	b = strconv.AppendInt(append(b, `,"offset":`...), r.Offset, 10)
	b = r.Time.UTC().AppendFormat(append(b, `,"time":"`...), "2006-01-02T15:04:05.000Z07:00")
	b = appendBytes(append(b, `",`...), "key", r.Key)
	b = appendBytes(append(b, ','), "value", r.Value)
	for i, h := range r.Headers {
		open := `,{`
		if i == 0 {
			open = `,"headers":[{`
		}
		b = appendBytes(append(b, open...), "name", []byte(h.Key))
		b = append(appendBytes(append(b, ','), "value", h.Value), '}')
	}
	if len(r.Headers) > 0 {
		b = append(b, ']')
	}
	return append(b, '}', '\n')
}

// appendBytes adds a member: a string, null, or in Base64 under another name what is no text.
func appendBytes(b []byte, name string, value []byte) []byte {
	b = append(append(b, '"'), name...)
	switch {
	case value == nil:
		return append(b, `":null`...)
	case !utf8.Valid(value):
		b = base64.StdEncoding.AppendEncode(append(b, `_base64":"`...), value)
		return append(b, '"')
	}
	return appendString(append(b, `":`...), value)
}

// appendString adds text as JSON has it. What a terminal would obey is for the guard behind Out to write otherwise.
func appendString(b, text []byte) []byte {
	b = append(b, '"')
	from := 0
	for i, c := range text {
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, text[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\t':
			b = append(b, '\\', 't')
		default:
			const hex = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, text[from:]...), '"')
}

// recordJSON is a record as AppendJSON writes it.
type recordJSON struct {
	Topic     string
	Partition int32
	Offset    int64
	Time      time.Time
	Key       *string
	Value     *string
	KeyRaw    []byte `json:"key_base64"`
	ValueRaw  []byte `json:"value_base64"`
	Headers   []struct {
		Name     *string
		NameRaw  []byte `json:"name_base64"`
		Value    *string
		ValueRaw []byte `json:"value_base64"`
	}
}

// ParseJSON reads back what AppendJSON wrote.
func ParseJSON(line []byte) (Record, error) {
	var j recordJSON
	if err := json.Unmarshal(line, &j); err != nil {
		return Record{}, err
	}
	r := Record{
		Topic: j.Topic, Partition: j.Partition, Offset: j.Offset, Time: j.Time,
		Key: either(j.Key, j.KeyRaw), Value: either(j.Value, j.ValueRaw),
	}
	for _, h := range j.Headers {
		r.Headers = append(r.Headers, Header{string(either(h.Name, h.NameRaw)), either(h.Value, h.ValueRaw)})
	}
	return r, nil
}

// either is a text's bytes; without a text, the raw ones.
func either(text *string, raw []byte) []byte {
	if text != nil {
		return []byte(*text)
	}
	return raw
}
