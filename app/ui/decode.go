package ui

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"streamtray/internal/termtext"
)

// The ways to read bytes, in the order in which they are offered.
const (
	decodeAuto = iota // JSON, else text, else hex
	decodeText
	decodeJSON
	decodeHex
	decodeBase64
)

// decoders are their texts.
var decoders = []string{"ui.decode.auto", "ui.decode.text", "ui.decode.json", "ui.decode.hex", "ui.decode.base64"}

// isText reports whether bytes can be read as text.
func isText(b []byte) bool { return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 }

// inLine is bytes on one line of at most so many characters.
func inLine(b []byte, how, most int) string {
	cut := b[:min(len(b), 4*most)]
	text := ""
	switch {
	case how == decodeBase64:
		text = base64.StdEncoding.EncodeToString(cut)
	case how == decodeHex, how == decodeAuto && !isText(trimmed(cut)):
		text = spacedHex(cut)
	default:
		text = strings.Join(strings.Fields(termtext.OneLine(string(trimmed(cut)))), " ")
	}
	return clipped(text, most)
}

func spacedHex(b []byte) string {
	var s strings.Builder
	for i, c := range b {
		if i > 0 {
			s.WriteByte(' ')
		}
		s.WriteString(hex.EncodeToString([]byte{c}))
	}
	return s.String()
}

// trimmed is bytes without half a character at the end, where they were cut.
func trimmed(b []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if utf8.RuneStart(b[len(b)-n]) {
			if !utf8.FullRune(b[len(b)-n:]) {
				return b[:len(b)-n]
			}
			break
		}
	}
	return b
}

// decoded are the lines of bytes, and the tree that they are where they are JSON; nil: they are none, or not to be.
func decoded(b []byte, how int) ([]sheetLine, *jsonNode) {
	switch how {
	case decodeHex:
		return plainLines(hex.Dump(b)), nil
	case decodeBase64:
		var lines []string
		for text := base64.StdEncoding.EncodeToString(b); text != ""; {
			n := min(len(text), 76)
			lines, text = append(lines, text[:n]), text[n:]
		}
		return plainLines(strings.Join(lines, "\n")), nil
	case decodeText:
		return plainLines(string(b)), nil
	}
	if root, ok := parseJSON(b); ok {
		return nil, root
	}
	if how == decodeAuto && !isText(b) {
		return decoded(b, decodeHex)
	}
	return plainLines(string(b)), nil
}

func splitLines(s string) []string {
	if s = strings.TrimSuffix(s, "\n"); s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

func plainLines(s string) []sheetLine {
	var lines []sheetLine
	for _, text := range splitLines(termtext.Clean(s)) {
		lines = append(lines, sheetLine{text: cell{strings.ReplaceAll(text, "\t", "    "), theme.ColorNameForeground}, hot: -1})
	}
	return lines
}

// jsonNode is a value in a tree of JSON.
type jsonNode struct {
	key    string // its name or place; empty at the root
	text   string // of a value that holds no others
	color  fyne.ThemeColorName
	inside []*jsonNode // in the order in which they are written
	open   byte        // '{' or '[' of one that holds others
	shut   bool        // what it holds is not shown
}

// mostNodes are read of one value; with more, it is shown as text.
const mostNodes = 20_000

// parseJSON reads an object or a list, with its order and its numbers as they are written.
func parseJSON(b []byte) (*jsonNode, bool) {
	b = bytes.TrimSpace(b)
	if len(b) == 0 || b[0] != '{' && b[0] != '[' || !json.Valid(b) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	left := mostNodes
	n, err := readNode(d, &left)
	return n, err == nil && left > 0
}

func readNode(d *json.Decoder, left *int) (*jsonNode, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	*left--
	n := &jsonNode{color: theme.ColorNameForeground}
	switch v := t.(type) {
	case json.Delim:
		n.open, n.color = byte(v), colorMuted
		for d.More() && *left > 0 {
			key := "[" + strconv.Itoa(len(n.inside)) + "]"
			if v == '{' {
				name, err := d.Token()
				if err != nil {
					return nil, err
				}
				key, _ = name.(string)
			}
			inner, err := readNode(d, left)
			if err != nil {
				return nil, err
			}
			inner.key = key
			n.inside = append(n.inside, inner)
		}
		_, err = d.Token()
		return n, err
	case string:
		quoted, err := json.Marshal(v)
		n.text = string(quoted)
		return n, err
	case json.Number:
		n.text, n.color = v.String(), colorInfo
	case bool:
		n.text, n.color = strconv.FormatBool(v), colorInfo
	default:
		n.text, n.color = "null", colorMuted
	}
	return n, nil
}

// rows are the tree's lines that are not folded away, with the node of each.
func (n *jsonNode) rows() (lines []sheetLine, nodes []*jsonNode) {
	n.add(0, &lines, &nodes)
	return lines, nodes
}

func (n *jsonNode) add(deep int, lines *[]sheetLine, nodes *[]*jsonNode) {
	head := strings.Repeat("  ", deep)
	switch {
	case n.open == 0 || len(n.inside) == 0:
		head += "  "
	case n.shut:
		head += "▸ "
	default:
		head += "▾ "
	}
	if n.key != "" {
		head += termtext.OneLine(n.key) + ": "
	}
	switch n.open {
	case 0:
		head += termtext.OneLine(n.text)
	case '{':
		head += "{" + strconv.Itoa(len(n.inside)) + "}"
	default:
		head += "[" + strconv.Itoa(len(n.inside)) + "]"
	}
	*lines, *nodes = append(*lines, sheetLine{text: cell{head, n.color}, hot: -1}), append(*nodes, n)
	if n.shut {
		return
	}
	for _, inner := range n.inside {
		inner.add(deep+1, lines, nodes)
	}
}
