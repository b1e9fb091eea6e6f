; The installer for one user. It needs no administrator, and a second run of it, older or newer, is an upgrade in place.
;
;   /S                 asks nothing, and has a StreamTray that was in the tray there again at the end, doing what it did
;   /D=C:\FOLDER       where to; last, and without quotes
;   /AUTOSTART=1|0     start at log-in; without it: as it is, at first 0
;   /ONPATH=1|0        "streamtray" in every terminal; without it: as it is, at first 1
;
; Exit code 3: StreamTray still runs and did not end when it was asked to. Nothing was changed then.
;
; The uninstaller knows /S and /REMOVESETTINGS; without the latter, /S keeps settings and logs. What Docker has
; (containers, images, volumes) is not ours, and neither of the two touches it.
;
; Given by build/pack: NUMBER, VERSION, FROM (what is installed), ICON, OUT and, to sign the uninstaller, SIGN.

Unicode true
!if /FileExists "${NSISDIR}/Stubs/lzma_solid-amd64-unicode" ; Debian has it; NSIS' own packages make a 32-bit installer
	Target amd64-unicode
!endif
SetCompressor /SOLID lzma
SetDateSave off
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include Sections.nsh

Name "StreamTray"
BrandingText "StreamTray ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\StreamTray"
InstallDirRegKey HKCU "Software\StreamTray" "InstallDir"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\StreamTray"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run" ; as app/desktop has it
!define APPNAME "app.streamtray" ; as app/desktop has it
!define APPID "Software\Classes\AppUserModelId\${APPNAME}"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEFINISHPAGE_BITMAP "${NSISDIR}/Contrib/Graphics/Wizard/nsis3-metro.bmp"
!define MUI_FINISHPAGE_RUN "$INSTDIR\StreamTray.exe"
!define MUI_COMPONENTSPAGE_SMALLDESC

!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

; The first one is for every user whose language is neither.
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

!macro Text name english chinese
	LangString ${name} ${LANG_ENGLISH} "${english}"
	LangString ${name} ${LANG_SIMPCHINESE} "${chinese}"
!macroend
!insertmacro Text Core "StreamTray" "StreamTray"
!insertmacro Text CoreAbout "The program with tray and windows, its twin for terminals, and an entry in the Start menu." "托盘与窗口程序、终端程序，以及“开始”菜单项。"
!insertmacro Text Autostart "Start at log-in" "登录时启动"
!insertmacro Text AutostartAbout "Start in the tray, without a window, when you log in." "登录后自动在托盘中启动，不打开窗口。"
!insertmacro Text OnPath "streamtray in every terminal" "在任何终端中使用 streamtray"
!insertmacro Text OnPathAbout "Put its folder on your PATH, so that a terminal finds the command streamtray." "将其文件夹加入您的 PATH，使终端能够找到 streamtray 命令。"
!insertmacro Text Ending "Asking the running StreamTray to end..." "正在请求运行中的 StreamTray 结束..."
!insertmacro Text StillRuns "StreamTray is still running.$\r$\n$\r$\nQuit it from its icon in the tray, close the terminals in which it runs, and try again." "StreamTray 仍在运行。$\r$\n$\r$\n请从托盘图标退出，并关闭正在运行它的终端，然后重试。"
!insertmacro Text NoPath "Your PATH could not be changed." "无法修改您的 PATH。"
!insertmacro Text NoAppID "The shortcut could not be given StreamTray's id." "无法将 StreamTray 的 ID 写入快捷方式。"
!insertmacro Text AskSettings "Remove your settings and StreamTray's logs as well?$\r$\n$\r$\nYour projects and everything in Docker stay as they are." "是否同时删除您的设置和 StreamTray 的日志？$\r$\n$\r$\n您的项目以及 Docker 中的一切都保持不变。"

VIProductVersion "${NUMBER}.0"
!macro About lang
	VIAddVersionKey /LANG=${lang} "ProductName" "StreamTray"
	VIAddVersionKey /LANG=${lang} "FileDescription" "StreamTray Setup"
	VIAddVersionKey /LANG=${lang} "FileVersion" "${NUMBER}.0"
	VIAddVersionKey /LANG=${lang} "ProductVersion" "${VERSION}"
	VIAddVersionKey /LANG=${lang} "LegalCopyright" "Apache-2.0"
!macroend
!insertmacro About ${LANG_ENGLISH}
!insertmacro About ${LANG_SIMPCHINESE}

!ifdef SIGN
	!uninstfinalize '${SIGN} "%1"'
!endif

Var Twin ; a streamtray.com that can ask the running one to end
Var Ran ; 1: StreamTray was in the tray

; Sets the error flag when a file is there and a process still runs it.
!macro Free file
	${If} ${FileExists} "${file}"
		FileOpen $2 "${file}" a
		FileClose $2
	${EndIf}
!macroend

; EndRunning asks the running StreamTray to end, over its own channel, waits until its files are free, and gives up in
; the end. It ends nothing by force: it may be keeping somebody's work.
!macro EndRunning un resume
Function ${un}EndRunning
	ask:
	DetailPrint "$(Ending)"
	nsExec::Exec /TIMEOUT=40000 '"$Twin" quit --timeout 20s${resume}'
	Pop $0 ; whether it worked shows in the files
	StrCpy $1 40 ; a process needs a moment from its last word to its end
	look:
	ClearErrors
	!insertmacro Free "$INSTDIR\StreamTray.exe"
	!insertmacro Free "$INSTDIR\streamtray.com"
	${If} ${Errors}
		IntOp $1 $1 - 1
		${If} $1 > 0
			Sleep 250
			Goto look
		${EndIf}
		MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(StillRuns)" /SD IDCANCEL IDRETRY ask
		SetErrorLevel 3
		Abort "$(StillRuns)"
	${EndIf}
FunctionEnd
!macroend
!insertmacro EndRunning "" " --resume" ; what it does, the new one goes on with
!insertmacro EndRunning "un." ""

; Prepare brings the new twin to where it is only needed for a moment. (A file in a function takes no space on the page.)
Function Prepare
	InitPluginsDir
	SetOutPath "$PLUGINSDIR"
	File "${FROM}/streamtray.com"
	StrCpy $Twin "$PLUGINSDIR\streamtray.com"
FunctionEnd

Section "$(Core)" SecCore
	SectionIn RO
	Call Prepare
	ClearErrors
	!insertmacro Free "$INSTDIR\StreamTray.exe"
	${If} ${Errors}
		StrCpy $Ran 1
	${EndIf}
	Call EndRunning

	SetOutPath "$INSTDIR"
	File "${FROM}/StreamTray.exe"
	File "${FROM}/streamtray.com"
	File "${FROM}/LICENSE.txt"
	File "${FROM}/THIRD-PARTY.txt"
	WriteUninstaller "$INSTDIR\uninstall.exe"
	CreateShortCut "$SMPROGRAMS\StreamTray.lnk" "$INSTDIR\StreamTray.exe"
	; By it the taskbar and the notifications know that a window and a balloon are of what this starts.
	nsExec::Exec '"$INSTDIR\streamtray.com" app-id "$SMPROGRAMS\StreamTray.lnk" ${APPNAME}'
	Pop $0
	${If} $0 != 0
		DetailPrint "$(NoAppID)"
	${EndIf}

	WriteRegStr HKCU "Software\StreamTray" "InstallDir" "$INSTDIR"
	; The program's notifications carry this id: Windows shows them under this name.
	WriteRegStr HKCU "${APPID}" "DisplayName" "StreamTray"
	WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "StreamTray"
	WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${NUMBER}"
	WriteRegStr HKCU "${UNINSTALL}" "Publisher" "StreamTray"
	WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\StreamTray.exe"
	WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
	WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
	WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
	WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
	WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
	${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
	WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

Section /o "$(Autostart)" SecAutostart
SectionEnd

Section "$(OnPath)" SecOnPath
SectionEnd

; What was chosen is made true both ways: an upgrade may take back what an earlier run did.
Section -choices
	${If} ${SectionIsSelected} ${SecAutostart}
		WriteRegStr HKCU "${RUN}" "StreamTray" '"$INSTDIR\StreamTray.exe" --hidden'
	${Else}
		DeleteRegValue HKCU "${RUN}" "StreamTray"
	${EndIf}
	; The PATH may be longer than a string of NSIS can be: the twin changes it.
	${If} ${SectionIsSelected} ${SecOnPath}
		nsExec::Exec '"$INSTDIR\streamtray.com" on-path "$INSTDIR"'
		Pop $0
		WriteRegDWORD HKCU "Software\StreamTray" "OnPath" 1
	${Else}
		nsExec::Exec '"$INSTDIR\streamtray.com" on-path --remove "$INSTDIR"'
		Pop $0
		WriteRegDWORD HKCU "Software\StreamTray" "OnPath" 0
	${EndIf}
	${If} $0 != 0
		DetailPrint "$(NoPath)"
	${EndIf}
	; Who upgrades silently, as package managers do, has no last page that offers to run it again.
	${If} ${Silent}
	${AndIf} $Ran == 1
		Exec '"$INSTDIR\StreamTray.exe" --hidden'
	${EndIf}
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
	!insertmacro MUI_DESCRIPTION_TEXT ${SecCore} "$(CoreAbout)"
	!insertmacro MUI_DESCRIPTION_TEXT ${SecAutostart} "$(AutostartAbout)"
	!insertmacro MUI_DESCRIPTION_TEXT ${SecOnPath} "$(OnPathAbout)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; Choose selects a section as the command line says, else as it was, which is in $0: 1 or 0.
!macro Choose option section
	ClearErrors
	${GetOptions} "$R0" "${option}" $1
	${IfNot} ${Errors}
		StrCpy $0 $1
	${EndIf}
	${If} $0 == 1
		!insertmacro SelectSection ${section}
	${Else}
		!insertmacro UnselectSection ${section}
	${EndIf}
!macroend

Function .onInit
	${GetParameters} $R0
	StrCpy $0 0
	ReadRegStr $1 HKCU "${RUN}" "StreamTray"
	${If} $1 != ""
		StrCpy $0 1
	${EndIf}
	!insertmacro Choose "/AUTOSTART=" ${SecAutostart}
	ClearErrors
	ReadRegDWORD $0 HKCU "Software\StreamTray" "OnPath"
	${If} ${Errors}
		StrCpy $0 1
	${EndIf}
	!insertmacro Choose "/ONPATH=" ${SecOnPath}
FunctionEnd

Section Uninstall
	StrCpy $Twin "$INSTDIR\streamtray.com"
	Call un.EndRunning

	nsExec::Exec '"$INSTDIR\streamtray.com" on-path --remove "$INSTDIR"'
	Pop $0
	${If} $0 != 0
		DetailPrint "$(NoPath)"
	${EndIf}
	; Another copy of StreamTray may have been told to start at log-in.
	ReadRegStr $0 HKCU "${RUN}" "StreamTray"
	${If} $0 == '"$INSTDIR\StreamTray.exe" --hidden'
		DeleteRegValue HKCU "${RUN}" "StreamTray"
	${EndIf}
	Delete "$SMPROGRAMS\StreamTray.lnk"
	Delete "$INSTDIR\StreamTray.exe"
	Delete "$INSTDIR\streamtray.com"
	Delete "$INSTDIR\LICENSE.txt"
	Delete "$INSTDIR\THIRD-PARTY.txt"
	Delete "$INSTDIR\uninstall.exe"
	RMDir "$INSTDIR" ; not what others may have put there
	DeleteRegKey HKCU "${UNINSTALL}"
	DeleteRegKey HKCU "Software\StreamTray"
	DeleteRegKey HKCU "${APPID}"

	${GetParameters} $R0
	ClearErrors
	${GetOptions} "$R0" "/REMOVESETTINGS" $1
	${If} ${Errors}
		MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(AskSettings)" /SD IDNO IDNO kept
	${EndIf}
	RMDir /r "$APPDATA\StreamTray"
	RMDir /r "$LOCALAPPDATA\StreamTray"
	RMDir /r "$APPDATA\fyne\app.streamtray"
	kept:
SectionEnd
