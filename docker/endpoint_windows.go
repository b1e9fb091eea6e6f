package docker

// defaultHosts are the pipes of Docker Desktop: the classic name, which Rancher Desktop and Podman offer too, then the
// one of Desktop's own context, present even where the classic one is switched off. Last the pipe of Podman's machine,
// which gives the classic name away to Docker Desktop where both are there.
func defaultHosts(func(string) string, string) []string {
	return []string{
		"npipe:////./pipe/docker_engine",
		"npipe:////./pipe/dockerDesktopLinuxEngine",
		"npipe:////./pipe/podman-machine-default",
	}
}
