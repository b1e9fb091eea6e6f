package i18n

import "golang.org/x/sys/windows"

// System is the language Windows shows its own menus in, which is not the format region that the default locale
// names.
func System() string {
	langs, err := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME)
	if err != nil || len(langs) == 0 {
		return "en"
	}
	return langs[0]
}
