package rig

import (
	"context"
	"embed"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// recipe is everything of ours that goes into the images.
//
//go:embed image
var recipe embed.FS

const (
	rootPackages = "openjdk-17-jre-headless,netcat-openbsd"
	label        = "streamtray.rig" // marks an image as ours; its value is the recipe's digest
	imageVersion = "7.5.0"
)

func imageName(component string) string { return "confluentinc/cp-" + component + ":" + imageVersion }

// images makes the two images that the sample's compose file names. An image without our label came from its
// publisher and is used as it is.
func (r *Rig) images(ctx context.Context) error {
	began := time.Now()
	hash, err := recipeDigest()
	if err != nil {
		return err
	}
	missing := false
	for _, component := range []string{"zookeeper", "kafka"} {
		mark, err := r.output(ctx, "docker", "image", "inspect", "--format", `{{index .Config.Labels "`+label+`"}}`, imageName(component))
		missing = missing || err != nil || (mark != "" && mark != hash)
	}
	if missing {
		if err := r.makeImages(ctx, hash); err != nil {
			return err
		}
	}
	r.took("images", imageName("zookeeper")+" and "+imageName("kafka"), began)
	return nil
}

// makeImages pulls the real images into a person's engine, and builds stand-ins where that cannot be or where the engine
// is the rig's own.
func (r *Rig) makeImages(ctx context.Context, hash string) error {
	if !r.OwnsEngine() {
		err := r.pull(ctx)
		if err == nil {
			return nil
		}
		if !r.install {
			return &Unavailable{What: "no Kafka images", How: "Pull them, or run as root to build stand-ins.", Err: err}
		}
	}
	if err := r.need(ctx, "debootstrap", "mvn"); err != nil {
		return err
	}
	var root, jars string
	err := together(
		func() (err error) { root, err = r.rootImage(ctx); return err },
		func() (err error) { jars, err = r.jars(ctx); return err },
	)
	if err != nil {
		return err
	}
	return r.buildImages(ctx, hash, root, jars)
}

func (r *Rig) pull(ctx context.Context) error {
	r.say("images", "pulling")
	for _, component := range []string{"zookeeper", "kafka"} {
		if _, err := r.output(ctx, "docker", "pull", imageName(component)); err != nil {
			return err
		}
	}
	return nil
}

// rootImage imports a Debian root with a Java runtime, of the machine's own release and from its own mirror, and
// returns the image's name.
func (r *Rig) rootImage(ctx context.Context) (string, error) {
	mirror, release, err := r.mirror(ctx)
	if err != nil {
		return "", err
	}
	image := "streamtray-rig/root:" + digest([]byte(release), []byte(rootPackages))
	if _, err := r.output(ctx, "docker", "image", "inspect", image); err == nil {
		return image, nil
	}
	r.say("images", "making a Debian root with Java")
	dir, err := os.MkdirTemp(r.Cache, "root-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	_, err = r.run(ctx, command{log: "debootstrap", args: []string{
		"debootstrap", "--variant=minbase", "--include=" + rootPackages, release, dir, mirror,
	}})
	if err != nil {
		return "", err
	}
	return image, r.importRoot(ctx, dir, image)
}

// importRoot streams a root into the engine, without what no container needs.
func (r *Rig) importRoot(ctx context.Context, dir, image string) error {
	pack := exec.CommandContext(ctx, "tar", "-c", "-C", dir, "--exclude=./var/cache/apt/*", "--exclude=./var/lib/apt/lists/*",
		"--exclude=./usr/share/doc/*", "--exclude=./usr/share/man/*", "--exclude=./usr/share/locale/*",
		"--exclude=./dev/*", "--exclude=./proc/*", "--exclude=./sys/*", ".")
	stream, err := pack.StdoutPipe()
	if err != nil {
		return err
	}
	if err := pack.Start(); err != nil {
		return err
	}
	_, err = r.run(ctx, command{in: stream, args: []string{"docker", "import", "-", image}})
	if waited := pack.Wait(); err == nil {
		err = waited
	}
	return err
}

// jars returns a folder with Kafka's jars and those that it depends on, from the Maven repository that the machine uses.
func (r *Rig) jars(ctx context.Context) (string, error) {
	pom, err := recipe.ReadFile("image/pom.xml")
	if err != nil {
		return "", err
	}
	return r.cached("jars", digest(pom), func(dir string) error {
		r.say("images", "fetching Kafka's jars")
		if err := os.WriteFile(filepath.Join(dir, "pom.xml"), pom, 0o644); err != nil {
			return err
		}
		_, err := r.run(ctx, command{dir: dir, log: "maven", args: []string{
			"mvn", "--batch-mode", "--quiet", "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=" + filepath.Join(dir, "jars"),
		}})
		return err
	})
}

// buildImages builds both images from one recipe. The old builder is asked for by name: the new one is a plugin that
// this machine may not have.
func (r *Rig) buildImages(ctx context.Context, hash, root, jars string) error {
	r.say("images", "building")
	dir, err := os.MkdirTemp(r.Cache, "image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := writeRecipe(dir); err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(dir, "jars"), os.DirFS(filepath.Join(jars, "jars"))); err != nil {
		return err
	}
	for _, component := range []string{"zookeeper", "kafka"} {
		_, err := r.run(ctx, command{env: []string{"DOCKER_BUILDKIT=0"}, log: "build-" + component, args: []string{
			"docker", "build", "--build-arg", "ROOT=" + root, "--target", component,
			"--label", label + "=" + hash, "--tag", imageName(component), dir,
		}})
		if err != nil {
			return err
		}
	}
	// What an older recipe made has lost its name.
	_, err = r.output(ctx, "docker", "image", "prune", "--force", "--filter", "label="+label)
	return err
}

// writeRecipe writes the recipe's files as a build context. All but the Dockerfile are programs.
func writeRecipe(dir string) error {
	return fs.WalkDir(recipe, "image", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, strings.TrimPrefix(path, "image"))
		if entry.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		text, err := recipe.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o755)
	})
}

// recipeDigest changes with every change to what the images are made of.
func recipeDigest() (string, error) {
	parts := [][]byte{[]byte(rootPackages)}
	err := fs.WalkDir(recipe, "image", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := recipe.ReadFile(path)
		parts = append(parts, []byte(path), text)
		return err
	})
	return digest(parts...), err
}
