"""The runner of documentation pages: a page that is wrong must fail."""

import pytest

import pages

PAGE = """\
# A page

```sh
mkdir course
cd course
what=world
```

```python hello.py
print("hello")
```

1. In a list:

   ```sh
   python hello.py
   echo "$what"
   ```

```console
$ exit 1
```
"""


def page(folder, text):
    path = folder / "page.md"
    path.write_text(text)
    return path


def test_blocks_run_in_order_and_in_one_shell(tmp_path):
    assert pages.run(page(tmp_path, PAGE), tmp_path) == ["", "", "hello\nworld\n"]
    assert (tmp_path / "course" / "hello.py").read_text() == 'print("hello")\n'


def test_commands_leave_out_files_and_what_is_only_shown(tmp_path):
    assert len(pages.commands(page(tmp_path, PAGE))) == 2


@pytest.mark.parametrize("command", ["false\ntrue", "false | true", "echo $unset", "no-such"])
def test_a_failing_command_fails_the_page_and_names_the_block(tmp_path, command):
    text = f"```sh\necho fine\n```\n```sh\necho before\n{command}\n```\n```sh\necho after\n```\n"
    with pytest.raises(pages.PageFailed) as failed:
        pages.run(page(tmp_path, text), tmp_path)
    assert command in str(failed.value) and "before" in str(failed.value)
    assert "fine" not in str(failed.value) and "after" not in str(failed.value)
