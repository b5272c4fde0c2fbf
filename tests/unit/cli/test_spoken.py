"""Help and wrong usage are answered in the reader's language."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rules_engine.cli.localized import asked_language

PROGRAM = [sys.executable, "-c", "from rules_engine.cli import main; main()"]


def run(*arguments, lang="C.UTF-8"):
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES")
    kept = {k: v for k, v in os.environ.items() if k not in names}
    env = {**kept, "LANG": lang, "COLUMNS": "90", "PYTHONUTF8": "1"}
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, encoding="utf-8", env=env)


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["assess", "--lang", "zh"], "zh"),
        (["assess", "--lang=en", "x"], "en"),
        (["assess", "--lang", "fr"], None),
        (["assess", "x-lang", "zh"], None),
        ([], None),
    ],
)
def test_language_asked_for_on_the_command_line(arguments, language):
    assert asked_language(arguments) == language


def test_help_speaks_the_language_of_the_locale():
    chinese, english = run("assess", "--help", lang="zh_CN.UTF-8"), run("assess", "--help")
    assert (chinese.returncode, english.returncode) == (0, 0)
    assert chinese.stdout.startswith("用法：rules-engine assess") or "用法：" in chinese.stdout
    for word in ("参数：", "选项：", "[必填]", "[默认：duckdb]", "显示本说明后退出。"):
        assert word in chinese.stdout
    for word in ("Usage: ", "Arguments:", "Options:", "[required]", "[default: duckdb]"):
        assert word in english.stdout
        assert word not in chinese.stdout


def test_help_speaks_the_language_asked_for():
    assert "存放报告的文件夹。" in run("assess", "--lang", "zh", "--help").stdout
    assert "Where reports are written." in run("assess", "--help", "--lang=en", lang="zh_CN").stdout


def test_without_a_verb_the_help_is_shown():
    found = run("runs", lang="zh_CN.UTF-8")
    assert found.returncode == 2
    assert "命令：" in found.stderr
    assert "列出已存储的考核批次" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["asess"], "no-such-command", ["没有命令 asess", "是否应为“assess”？"]),
        (["assess", "--thread", "3"], "no-such-option", ["没有选项 --thread", "“--threads”"]),
        (["assess", "x"], "missing-value", ["缺少 --data", "rules-engine assess --help"]),
        (["assess"], "missing-value", ["缺少 RULESET"]),
        (["assess", "x", "--data"], "missing-value", ["--data 缺少取值"]),
        (["runs", "list", "a", "b"], "surplus-value", ["多余的内容：a、b"]),
        (["check", "x", "--format", "xml"], "bad-value", ["--format 只能取 text、json"]),
        (["assess", "x", "--threads", "0"], "bad-value", ["--threads 应为不小于 1 的整数"]),
    ],
)
def test_wrong_usage_is_a_finding_and_exits_2(arguments, code, words):
    found = run(*arguments, lang="zh_CN.UTF-8")
    assert found.returncode == 2
    assert found.stdout == ""
    assert found.stderr.startswith(f"错误 {code}: ")
    for word in words:
        assert word in found.stderr


def test_wrong_usage_in_english():
    assert run("asess").stderr == (
        "error no-such-command: there is no command asess\n    did you mean “assess”?\n"
    )
