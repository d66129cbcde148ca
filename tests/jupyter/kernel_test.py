"""The kernel, seen by Jupyter's own client: the cases of jupyter_kernel_test, and what those leave out.

`npm run test:jupyter` runs this with the kernel installed as WORKBOOK_KERNEL (default: workbook).
"""

import os
import time
import unittest
from queue import Empty

import jupyter_kernel_test
from jupyter_client.manager import start_new_kernel

KERNEL = os.environ.get("WORKBOOK_KERNEL", "workbook")
LIMIT = 30

DISPLAYS = "import { display } from 'tslab';\n"


class Conformance(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('a warning')"
    completion_samples = [{"text": "consol", "matches": {"console"}}]
    complete_code_samples = ["1 + 1", "const f = (x: number) => {\n  return x;\n};", "// a comment", "`a ${'b'}`"]
    incomplete_code_samples = ["const f = () => {", "[1, 2,", "console.log(", "`a template", "/* a comment"]
    invalid_code_samples = ["const 1 = 2;", "}", "let x = ;"]
    code_page_something = "console?"
    code_generate_error = "throw new RangeError('too far')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'a' + 'b'", "result": "'ab'"},
        {"code": "[1, 2].map((x: number) => x * 2)", "result": "[ 2, 4 ]"},
        {"code": "await Promise.resolve(12)", "result": "12"},
    ]
    code_display_data = [
        {"code": DISPLAYS + "display.html('<b>x</b>')", "mime": "text/html"},
        {"code": DISPLAYS + "display.markdown('*x*')", "mime": "text/markdown"},
        {"code": DISPLAYS + "display.latex('$x$')", "mime": "text/latex"},
        {"code": DISPLAYS + "display.svg('<svg/>')", "mime": "image/svg+xml"},
        {"code": DISPLAYS + "display.png(new Uint8Array([137, 80]))", "mime": "image/png"},
        {"code": DISPLAYS + "display.raw('application/json', '{}')", "mime": "application/json"},
    ]
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6?[*] 7*".replace("[*]", "*")
    code_inspect_sample = "console"
    code_clear_output = "import { clearOutput } from 'llm-workbook'; console.log(1); clearOutput();"


class Kernel:
    """A kernel and its client, with a request and all that belongs to it in one call."""

    def __init__(self, env=None):
        self.manager, self.client = start_new_kernel(kernel_name=KERNEL, env=env or dict(os.environ))

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def reply(self, msg_id):
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            message = self.client.get_shell_msg(timeout=LIMIT)
            if message["parent_header"].get("msg_id") == msg_id:
                return message["content"]
        raise AssertionError("no reply")

    def outputs(self, msg_id):
        """What was published for a request, up to its idle status."""
        found = []
        while True:
            message = self.client.get_iopub_msg(timeout=LIMIT)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return found
            if message["msg_type"] != "status":
                found.append((message["msg_type"], message["content"]))

    def run(self, code, **options):
        msg_id = self.client.execute(code, **options)
        reply = self.reply(msg_id)
        return reply, self.outputs(msg_id)

    def value(self, code):
        reply, outputs = self.run(code)
        assert reply["status"] == "ok", reply
        return next(content["data"]["text/plain"] for kind, content in outputs if kind == "execute_result")

    def control(self, kind, content):
        message = self.client.session.msg(kind, content)
        self.client.control_channel.send(message)
        while True:
            reply = self.client.get_control_msg(timeout=LIMIT)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply

    def shell(self, kind, content):
        message = self.client.session.msg(kind, content)
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]


class Beyond(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel()

    @classmethod
    def tearDownClass(cls):
        cls.kernel.close()

    def test_execute_input_comes_first_and_counts_cells(self):
        first, _ = self.kernel.run("1")
        reply, outputs = self.kernel.run("2")
        self.assertEqual(reply["execution_count"], first["execution_count"] + 1)
        self.assertEqual(outputs[0], ("execute_input", {"code": "2", "execution_count": reply["execution_count"]}))
        self.assertEqual(outputs[1][1]["execution_count"], reply["execution_count"])

    def test_cells_behind_an_error_are_aborted_and_later_ones_run(self):
        ids = [self.kernel.client.execute(code) for code in ("throw new Error('no')", "1", "2")]
        statuses = [self.kernel.reply(one)["status"] for one in ids]
        self.assertEqual(statuses, ["error", "aborted", "aborted"])
        self.assertEqual(self.kernel.outputs(ids[-1]), [])
        self.assertEqual(self.kernel.value("3"), "3")

    def test_a_cell_sent_right_after_an_error_reply_runs(self):
        for _ in range(5):
            reply, _ = self.kernel.run("throw new Error('no')")
            self.assertEqual(reply["status"], "error")
            self.assertEqual(self.kernel.value("1 + 1"), "2")

    def test_stop_on_error_false_runs_the_others(self):
        ids = [self.kernel.client.execute(code, stop_on_error=False) for code in ("throw new Error('no')", "1")]
        self.assertEqual([self.kernel.reply(one)["status"] for one in ids], ["error", "ok"])
        self.kernel.outputs(ids[-1])

    def test_an_error_has_its_name_message_and_place(self):
        reply, outputs = self.kernel.run("const a = 1;\nthrow new RangeError('too far')")
        self.assertEqual((reply["ename"], reply["evalue"]), ("RangeError", "too far"))
        content = [content for kind, content in outputs if kind == "error"][0]
        self.assertEqual({key: reply[key] for key in ("ename", "evalue", "traceback")}, content)
        self.assertIn(f"cell {reply['execution_count']}, line 2", "\n".join(content["traceback"]))

    def test_silent_publishes_and_counts_nothing(self):
        before, _ = self.kernel.run("0")
        reply, outputs = self.kernel.run("var quiet = 5; console.log('x'); quiet", silent=True)
        self.assertEqual((reply["status"], outputs), ("ok", []))
        after, _ = self.kernel.run("0")
        self.assertEqual(after["execution_count"], before["execution_count"] + 1)
        self.assertEqual(self.kernel.value("quiet"), "5")

    def test_store_history_false_is_shown_and_not_counted(self):
        before, _ = self.kernel.run("0")
        _, outputs = self.kernel.run("'not kept'", store_history=False)
        self.assertIn("execute_result", [kind for kind, _ in outputs])
        after, _ = self.kernel.run("0")
        self.assertEqual(after["execution_count"], before["execution_count"] + 1)
        msg_id = self.kernel.client.history(hist_access_type="search", pattern="*not kept*")
        self.assertEqual(self.kernel.reply(msg_id)["history"], [])

    def test_user_expressions(self):
        reply, _ = self.kernel.run("const e = 20", user_expressions={"a": "e + 1", "b": "nothingHere", "c": "{ x: 1 }"})
        values = reply["user_expressions"]
        self.assertEqual(values["a"]["data"]["text/plain"], "21")
        self.assertEqual((values["b"]["status"], values["b"]["ename"]), ("error", "ReferenceError"))
        self.assertEqual(values["c"]["data"]["text/plain"], "{ x: 1 }")

    def test_a_display_is_updated_by_its_id(self):
        code = "import { newDisplay } from 'tslab'; const d = newDisplay(); d.text('a'); d.text('b');"
        _, outputs = self.kernel.run(code)
        shown = [(kind, content) for kind, content in outputs if "display" in kind]
        self.assertEqual([kind for kind, _ in shown[:2]], ["display_data", "update_display_data"])
        self.assertEqual(shown[0][1]["transient"], shown[1][1]["transient"])
        self.assertIn("display_id", shown[0][1]["transient"])

    def test_prompt_goes_to_the_reader_and_back(self):
        msg_id = self.kernel.client.execute("const who = await prompt('Who?'); `hello ${who}`", allow_stdin=True)
        question = self.kernel.client.get_stdin_msg(timeout=LIMIT)
        self.assertEqual(question["content"], {"prompt": "Who?", "password": False})
        self.kernel.client.input("Ishmael")
        self.assertEqual(self.kernel.reply(msg_id)["status"], "ok")
        self.assertIn("hello Ishmael", str(self.kernel.outputs(msg_id)))

    def test_prompt_without_a_reader_is_an_error(self):
        reply, _ = self.kernel.run("await prompt('Who?')", allow_stdin=False)
        self.assertEqual(reply["status"], "error")

    def interrupted(self, code):
        msg_id = self.kernel.client.execute(code)
        while self.kernel.client.get_iopub_msg(timeout=LIMIT)["msg_type"] != "stream":
            pass
        self.kernel.manager.interrupt_kernel()
        reply = self.kernel.reply(msg_id)
        self.assertEqual((reply["status"], reply["ename"]), ("error", "Interrupted"))

    def test_an_interrupt_ends_a_loop_and_keeps_the_variables(self):
        self.interrupted("var kept = 7; console.log('started'); while (true) {}")
        self.assertEqual(self.kernel.value("kept"), "7")

    def test_an_interrupt_ends_a_loop_behind_an_await(self):
        self.interrupted("var alive = 8; await Promise.resolve(); console.log('started'); while (true) {}")
        self.assertEqual(self.kernel.value("alive"), "8")

    def test_an_interrupt_ends_a_cell_that_waits(self):
        self.interrupted("console.log('started'); await new Promise(() => setInterval(() => {}, 1000))")
        self.assertEqual(self.kernel.value("9"), "9")

    def test_an_interrupt_request_does_the_same(self):
        msg_id = self.kernel.client.execute("console.log('started'); while (true) {}")
        while self.kernel.client.get_iopub_msg(timeout=LIMIT)["msg_type"] != "stream":
            pass
        self.assertEqual(self.kernel.control("interrupt_request", {})["content"]["status"], "ok")
        self.assertEqual(self.kernel.reply(msg_id)["ename"], "Interrupted")
        self.assertEqual(self.kernel.value("1"), "1")

    def test_questions_are_answered_while_a_cell_runs(self):
        msg_id = self.kernel.client.execute("await new Promise((resolve) => setTimeout(resolve, 3000))")
        start = time.monotonic()
        for ask in (
            self.kernel.client.kernel_info,
            lambda: self.kernel.client.complete("consol"),
            lambda: self.kernel.client.inspect("console"),
            lambda: self.kernel.client.is_complete("1"),
            lambda: self.kernel.client.history(hist_access_type="tail", n=1),
            self.kernel.client.comm_info,
        ):
            asked = ask()
            message = self.kernel.client.get_shell_msg(timeout=LIMIT)
            self.assertEqual(message["parent_header"]["msg_id"], asked)
        self.assertEqual(self.kernel.reply(msg_id)["status"], "ok")

    def test_comm_info_is_empty_and_an_opened_comm_is_closed(self):
        self.assertEqual(self.kernel.reply(self.kernel.client.comm_info()), {"status": "ok", "comms": {}})
        msg_id = self.kernel.shell("comm_open", {"comm_id": "c1", "target_name": "widget", "data": {}})
        self.assertEqual(self.kernel.outputs(msg_id), [("comm_close", {"comm_id": "c1", "data": {}})])

    def test_a_debugger_is_denied(self):
        reply = self.kernel.control("debug_request", {"type": "request", "seq": 3, "command": "attach"})
        self.assertEqual(reply["msg_type"], "debug_reply")
        self.assertEqual((reply["content"]["success"], reply["content"]["request_seq"]), (False, 3))

    def test_late_output_belongs_to_the_cell_that_it_came_from(self):
        msg_id = self.kernel.client.execute("setTimeout(() => console.log('late'), 300); 0")
        other = self.kernel.client.execute("await new Promise((resolve) => setTimeout(resolve, 600))")
        while True:
            message = self.kernel.client.get_iopub_msg(timeout=LIMIT)
            if message["msg_type"] == "stream":
                break
        self.assertEqual((message["content"]["text"], message["parent_header"]["msg_id"]), ("late\n", msg_id))
        self.kernel.reply(other)

    def test_completion_counts_code_points(self):
        code = "'🐋'; consol"
        reply = self.kernel.reply(self.kernel.client.complete(code, len(code)))
        self.assertEqual(code[reply["cursor_start"] : reply["cursor_end"]], "consol")
        self.assertIn("console", reply["matches"])


class TypeErrors(unittest.TestCase):
    wrong = "const wrong: number = 'text'; console.log('ran');"

    def run_with(self, code, setting=None):
        env = {**os.environ, **({"WORKBOOK_CHECK": setting} if setting else {})}
        kernel = Kernel(env)
        try:
            return (*kernel.run(code), kernel)
        finally:
            kernel.close()

    def test_they_keep_a_cell_from_running_where_that_is_asked_for(self):
        for code, setting in ((f"// @check\n{self.wrong}", None), (self.wrong, "error")):
            reply, outputs, _ = self.run_with(code, setting)
            self.assertEqual(reply["status"], "error")
            self.assertIn("TS2322", reply["evalue"])
            self.assertNotIn("ran", str([content for kind, content in outputs if kind == "stream"]))

    def test_otherwise_the_cell_runs_and_they_are_shown_in_it(self):
        kernel = Kernel()
        try:
            msg_id = kernel.client.execute(self.wrong)
            self.assertEqual(kernel.reply(msg_id)["status"], "ok")
            while True:
                message = kernel.client.get_iopub_msg(timeout=LIMIT)
                if message["msg_type"] == "display_data":
                    break
            self.assertEqual(message["parent_header"]["msg_id"], msg_id)
            self.assertRegex(message["content"]["data"]["text/plain"], r"^TS2322, line 1, column 7: ")
            self.assertIn("TS2322", message["content"]["data"]["text/html"])
        finally:
            kernel.close()


class Crash(unittest.TestCase):
    def test_a_cell_that_takes_its_process_down_is_told_and_the_kernel_starts_again(self):
        kernel = Kernel()
        self.addCleanup(kernel.close)
        msg_id = kernel.client.execute("process.abort()")
        reply = kernel.reply(msg_id)
        self.assertEqual((reply["status"], reply["ename"]), ("error", "ProcessEnded"))
        self.assertIn("SIGABRT", reply["evalue"])
        self.assertIn("error", [kind for kind, _ in kernel.outputs(msg_id)])
        deadline = time.monotonic() + LIMIT
        while kernel.manager.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertNotEqual(kernel.manager.provisioner.process.poll(), 0)
        kernel.manager.restart_kernel(now=True)
        kernel.client.wait_for_ready(timeout=LIMIT)
        self.assertEqual(kernel.value("1 + 1"), "2")

    def test_a_restart_forgets_the_variables(self):
        kernel = Kernel()
        self.addCleanup(kernel.close)
        kernel.run("var known = 1")
        kernel.manager.restart_kernel()
        kernel.client.wait_for_ready(timeout=LIMIT)
        self.assertEqual(kernel.value("typeof known"), "'undefined'")


if __name__ == "__main__":
    unittest.main()
