package pack

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/build/rig"
)

// Signature is who signs. A password goes by the environment only, where other users do not see it.
type Signature struct {
	Certificate string // PEM, or PKCS#12 (.pfx, .p12), which has the key as well
	Key         string // PEM; empty with PKCS#12
	Password    string // of the key; may be empty
	Timestamp   string // address of a service that vouches for the time (RFC 3161); without it, a signature ends with its certificate
}

// SignVerb is the argument by which the installer's maker runs this program again, for the uninstaller, which nobody
// else ever sees by itself: it signs the file that follows.
const SignVerb = "sign-for-installer"

// The variables by which a Signature reaches that run, and a person gives the password.
const (
	signCertificate = "STREAMTRAY_SIGN_CERTIFICATE"
	signKey         = "STREAMTRAY_SIGN_KEY"
	SignPassword    = "STREAMTRAY_SIGN_PASSWORD"
	signTimestamp   = "STREAMTRAY_SIGN_TIMESTAMP"
)

func (s *Signature) environ() []string {
	return []string{signCertificate + "=" + s.Certificate, signKey + "=" + s.Key, SignPassword + "=" + s.Password, signTimestamp + "=" + s.Timestamp}
}

// SignatureOf is the one that was handed on in the environment.
func SignatureOf(getenv func(string) string) *Signature {
	return &Signature{getenv(signCertificate), getenv(signKey), getenv(SignPassword), getenv(signTimestamp)}
}

func osslsigncode() rig.Need {
	return rig.Need{Program: "osslsigncode", Package: "osslsigncode", Windows: "Install osslsigncode (scoop install osslsigncode, or from its releases) and put it on the PATH."}
}

// Proving makes sure that this computer can make what the tests take apart, sign it, and make a certificate to try that
// with, or says what is missing.
func Proving(ctx context.Context, say func(part, text string)) error {
	openssl := rig.Need{Program: "openssl", Package: "openssl", Windows: "Install OpenSSL (winget install ShiningLight.OpenSSL.Light)."}
	return rig.Ready(ctx, say, []rig.Need{nsis(), osslsigncode(), openssl})
}

// Sign signs an executable in its place.
func (s *Signature) Sign(ctx context.Context, file string) (err error) {
	dir, err := os.MkdirTemp(filepath.Dir(file), "signing-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	signed := filepath.Join(dir, filepath.Base(file))
	args := []string{"sign", "-h", "sha256", "-n", "StreamTray"}
	if slices.Contains([]string{".pfx", ".p12"}, strings.ToLower(filepath.Ext(s.Certificate))) {
		args = append(args, "-pkcs12", s.Certificate)
	} else {
		args = append(args, "-certs", s.Certificate, "-key", s.Key)
	}
	if s.Password != "" {
		password := filepath.Join(dir, "password")
		if err := os.WriteFile(password, []byte(s.Password), 0o600); err != nil {
			return err
		}
		args = append(args, "-readpass", password)
	}
	if s.Timestamp != "" {
		args = append(args, "-ts", s.Timestamp)
	}
	if err := rig.Quietly(exec.CommandContext(ctx, "osslsigncode", append(args, "-in", file, "-out", signed)...)); err != nil {
		return err
	}
	return os.Rename(signed, file)
}
