package tray

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"image/png"
	"os"
	"path/filepath"

	"github.com/fyne-io/image/ico"
)

// sweepIcon takes away the file from which systray had Windows load a picture, a PNG: it leaves it where programs keep
// what is temporary, named after the sum of what Fyne makes of the picture. Windows has a copy.
func sweepIcon(picture []byte) {
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return // it is not one of ours
	}
	var made bytes.Buffer
	if ico.Encode(&made, img) != nil {
		return // nor could it be shown
	}
	sum := md5.Sum(made.Bytes())
	_ = os.Remove(filepath.Join(os.TempDir(), "systray_temp_icon_"+hex.EncodeToString(sum[:]))) // it may never have been shown
}
