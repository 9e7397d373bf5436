@echo off
rem Slipway's command line: starts the installed program without a window. "--" keeps Chromium from reading our flags.
setlocal
"%~dp0..\..\Slipway.exe" --cli -- %*
exit /b %errorlevel%
