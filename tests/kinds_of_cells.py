"""Every kind of cell that a kernel may treat in its own way: ours are to treat each as an ordinary one does."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kind:
    """One kind, and the cells that show it; they run in one notebook with all others, in this order."""

    name: str
    sources: tuple[str, ...]
    kind: str = "code"
    metadata: dict[str, Any] = field(default_factory=dict)


def cells(name: str, /, *sources: str, kind: str = "code", **metadata: Any) -> Kind:
    return Kind(name, sources, kind, metadata)


def failing(name: str, *sources: str) -> Kind:
    return Kind(name, sources, metadata={"tags": ["raises-exception"]})


KINDS = (
    # results and displays
    cells("a result", "1 + 1"),
    cells("a result that is nothing", "None"),
    cells("a result whose address is told", "object()"),
    cells("several results", "from IPython.core.interactiveshell import InteractiveShell\n1\n2;\n3"),
    cells("sets and dictionaries", "{'b', 'a', 'c', 'd', 'e'}, {'z': 1, 'a': 2}"),
    cells(
        "rich displays",
        "from IPython.display import HTML, JSON, SVG, Image, Latex, Markdown, display\n"
        "display(HTML('<b>x</b>'), Markdown('**x**'), Latex('$x$'), JSON({'x': [1, 2]}), metadata={'isolated': True})",
        'SVG(\'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>\')',
        "import base64\n"
        "Image(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='))",
    ),
    cells(
        "a class that shows itself",
        "class Shown:\n    def _repr_html_(self): return '<i>shown</i>'\n"
        "    def _repr_mimebundle_(self, include=None, exclude=None): return {'text/markdown': '_shown_'}\nShown()",
    ),
    failing(
        "a class that cannot show itself", "class Broken:\n    def _repr_html_(self): raise ValueError('no')\nBroken()"
    ),
    cells("a table", "import pandas as pd\npd.DataFrame({'a': [1.5, None], 'ü': ['x', 'y']})"),
    cells("a display between two lines", "print('before')\ndisplay(HTML('<b>between</b>'))\nprint('after')"),
    cells(
        "a display that is updated",
        "handle = display('first', display_id='shown')\nprint('out')\nhandle.update('second')",
        "import sys\nprint('a', flush=True); print('b', file=sys.stderr, flush=True); print('c', flush=True)\n"
        "other = display('third', display_id=True)",
        "handle.update(HTML('<b>later</b>'))\nother.update('fourth')\nother.display('again')",
    ),
    cells(
        "output that is cleared",
        "from IPython.display import clear_output\nprint('gone'); clear_output(); print('stays')",
        "print('stays until then'); clear_output(wait=True); print('instead')",
        "print('stays'); clear_output(wait=True)",
        "display('one', display_id='cleared'); clear_output(); display('two', display_id='cleared')",
    ),
    cells("help and the pager", "len?", "import textwrap\ntextwrap.dedent??"),
    # figures
    cells(
        "a figure",
        "import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1)); plt.plot([1, 2])",
        "fig, ax = plt.subplots(figsize=(1, 1)); ax.bar([1, 2], [1, 2]);",
        "fig",
        "plt.figure(figsize=(1, 1)); plt.show(); print('after')\nplt.figure(figsize=(1, 1));",
        "plt.rcParams['figure.dpi'], plt.rcParams['figure.facecolor'], plt.get_backend(), plt.isinteractive()",
    ),
    cells(
        "a figure as the magic wants it",
        "%matplotlib inline\n%config InlineBackend.figure_formats = ['svg']\n"
        "plt.rcParams['svg.hashsalt'] = 'x'; plt.rcParams['svg.fonttype'] = 'none'",
        "import matplotlib\nplt.figure(figsize=(1, 1)); plt.title('words')\n"
        "from matplotlib_inline.backend_inline import set_matplotlib_formats\nset_matplotlib_formats('png')",
        "plt.figure(figsize=(1, 1));",
    ),
    # widgets
    cells(
        "widgets",
        "import ipywidgets as widgets\nslider = widgets.IntSlider(value=3, description='n'); slider",
        "slider.value = 7\nbox = widgets.VBox([slider, widgets.Label('label')]); display(box)",
        "widgets.Image(value=b'\\x89PNG', format='png')",
    ),
    cells(
        "the output widget",
        "out = widgets.Output(); out",
        "with out:\n    print('into the widget'); display(HTML('<b>too</b>'))\nprint('not into it')",
        "out.append_stdout('appended')",
        "with out:\n    out.clear_output(wait=True)\n    print('instead')",
        "@out.capture()\ndef captured(): print('captured')\ncaptured()",
        "with out:\n    1 / 0",
    ),
    cells("interact", "widgets.interact(lambda x: print('x is', x), x=(0, 3));"),
    cells(
        "comms",
        "from comm import create_comm\ntold = create_comm(target_name='review_kit', data={'hello': 1})",
        "told.send({'more': 2}, buffers=[b'bytes']); told.close()\nprint('sent')",
    ),
    # streams
    cells("lines", "print('one'); print('two', end=''); print('three')"),
    cells(
        "both streams",
        "import sys\nprint('out 1'); print('err 1', file=sys.stderr); print('out 2'); print('err 2', file=sys.stderr)",
        "sys.stdout.write('no newline'); sys.stderr.write('neither')",
        "sys.stdout.writelines(['a\\n', 'b\\n']); sys.stdout.isatty(), sys.stdout.encoding, sys.stderr.writable()",
    ),
    cells("a progress bar", "for done in range(5): print(f'\\r{done} of 4', end='', flush=True)\nprint('\\nover\\r')"),
    cells("output from the file descriptor", "import os\nos.write(1, 'grün\\n'.encode()); os.write(2, b'err\\n');"),
    cells(
        "output from C",
        "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.printf(b'from C %d\\n', 7); libc.fflush(None);",
        "libc.puts(b'again'); libc.fflush(None);",
    ),
    cells(
        "output from subprocesses",
        "import subprocess\nsubprocess.run(['echo', 'out']); subprocess.run('echo err >&2', shell=True);",
        "subprocess.check_output(['echo', 'kept'])",
        "os.system('echo from the shell');",
    ),
    cells(
        "output from threads",
        "import threading\nthread = threading.Thread(target=print, args=('from a thread',))\n"
        "thread.start(); thread.join(); print('from the cell')",
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(1) as pool: list(pool.map(print, range(3)))",
    ),
    cells(
        "output from forked processes",
        "child = os.fork()\nif child == 0:\n    print('from the child', flush=True)\n    os._exit(0)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\nimport time; time.sleep(0.5)",
        "import multiprocessing\nforked = multiprocessing.get_context('fork')\n"
        "process = forked.Process(target=print, args=('from a process',))\n"
        "process.start(); process.join(); time.sleep(0.5)",
        "with forked.Pool(2) as pool: print(pool.map(abs, [-1, -2]))",
    ),
    cells("other letters", "print('äöü ≥ 中文 🙂'); 'é\\u0301 \\U0001F600'", "ünï = 'ß'\nünï"),
    cells("control characters", "print('\\x1b[31mred\\x1b[0m \\x07 \\x00 \\x08')"),
    cells("standard input", "import sys\nsys.stdin is None or sys.stdin.closed or sys.stdin.isatty()"),
    # warnings and logging
    cells(
        "warnings",
        "import warnings\nwarnings.warn('careful')",
        "warnings.warn('careful')\nwarnings.warn('old', DeprecationWarning); warnings.warn('hidden', ImportWarning)",
        "def old(): warnings.warn('of a function', FutureWarning, stacklevel=2)\nold()\nold()",
    ),
    cells(
        "logging",
        "import logging\nlogging.getLogger('mine').warning('told'); logging.getLogger('mine').info('not told')",
        "logging.getLogger().handlers, logging.getLogger().level, logging.lastResort",
        "logging.basicConfig(level='INFO', format='%(levelname)s %(message)s', force=True); logging.info('now told')",
        "logging.getLogger('asyncio').warning('of asyncio')",
    ),
    # errors
    failing("an exception", "1 / 0"),
    failing(
        "an exception with a cause", "try:\n    {}['x']\nexcept KeyError as e:\n    raise ValueError('grün') from e"
    ),
    failing("an exception in a library", "import json\njson.loads('{')"),
    failing("an exception in a function of another cell", "def inner(x):\n    return 1 / x\n", "inner(0)"),
    failing("a syntax error", "def (", "    x = 1\n  y = 2"),
    failing("a name that is not there", "no_such_name"),
    failing("a module that is not there", "import no_such_module"),
    failing("SystemExit", "raise SystemExit(3)", "import sys; sys.exit('words')"),
    failing("KeyboardInterrupt", "raise KeyboardInterrupt"),
    failing("a signal", "import signal\nos.kill(os.getpid(), signal.SIGINT)\nfor _ in range(300): time.sleep(0.1)"),
    failing("a group of exceptions", "raise ExceptionGroup('both', [ValueError(1), TypeError(2)])"),
    failing("an exception with a note", "e = ValueError('x'); e.add_note('noted'); raise e"),
    failing(
        "too deep a recursion",
        "def deep(): return deep()\nsys.setrecursionlimit(250)\ntry: deep()\nfinally: sys.setrecursionlimit(1000)",
    ),
    failing("an assertion", "assert 1 == 2, 'they differ'"),
    failing("input", "input('name? ')", "import getpass; getpass.getpass()"),
    cells(
        "an exception in a thread",
        "t = threading.Thread(target=lambda: 1 / 0, name='mine'); t.start(); t.join(); print('on')",
    ),
    cells(
        "an exception without end", "class Quiet:\n    def __del__(self): raise ValueError('x')\ndel Quiet\nprint(1)"
    ),
    # cells that do not run, and metadata
    cells("an empty cell", "", "  \n"),
    cells("a cell that is skipped", "print('never')", tags=["skip-execution"]),
    cells("text", "# Title", kind="markdown"),
    cells("raw text", "raw", kind="raw"),
    cells("metadata of a cell", "1", tags=["remove-input"], name="x", collapsed=True, jupyter={"source_hidden": True}),
    cells("a comment", "# nothing else"),
    # IPython
    cells(
        "line magics",
        "%who_ls int",
        "%pwd",
        "%env TZ",
        "timed = %timeit -n1 -r1 -q -o 1\ntype(timed).__name__",
        "%automagic",
        "%xmode",
        "%precision 3\n3.14159",
        "%precision",
    ),
    cells(
        "cell magics",
        "%%capture kept\nprint('captured'); 5",
        "kept.stdout, kept.outputs",
        "%%writefile written.txt\nsome text",
        "os.remove('written.txt')",
        "%%bash\necho bash; echo err >&2",
        "%%python\nprint('another Python')",
        "%%html\n<b>html</b>",
        "%%latex\n$x$",
        "%%javascript\n1",
        "%%markdown\n*md*",
    ),
    failing("magics that do not exist", "%no_such_magic", "%%no_such_magic\n1"),
    failing("a cell magic that fails", "%%bash\nexit 3"),
    cells("the shell", "!echo shell", "lines = !printf 'a\\nb'\nlines", "!echo {1 + 1} $HOME_IS_NOT_SET", "_exit_code"),
    cells("history", "%history -n 1-2", "In[1], Out[1], _1, _i1", "5", "_, __", "%history -g print*stays"),
    cells("the last error", "sys.last_value.__class__.__name__"),
    cells("storing a macro", "%macro -q again 1\nagain.value[:2]"),
    cells("loading an extension", "%load_ext autoreload\n%autoreload 0\n%reload_ext autoreload"),
    cells("a file that is run", "%run beside.py", "from_beside"),
    cells("a module beside the notebook", "import beside\nbeside.from_beside, beside.__name__"),
    cells("who is asked", "get_ipython().__class__.__name__, type(get_ipython().kernel).__name__"),
    cells(
        "the traits of the shell",
        "ip = get_ipython()\nip.colors, ip.ast_node_interactivity, ip.autocall, ip.cache_size",
    ),
    cells(
        "callbacks", "def told(result): print('told', result.success)\nip.events.register('post_run_cell', told)", "1"
    ),
    cells("callbacks no more", "ip.events.unregister('post_run_cell', told)"),
    cells("a transformer", "ip.input_transformers_cleanup.append(lambda l: [x.replace('ONE', '1') for x in l])", "ONE"),
    # asynchronous
    cells(
        "await", "import asyncio\nawait asyncio.sleep(0, 'slept')", "async def later(): return 'later'\nawait later()"
    ),
    cells(
        "tasks",
        "task = asyncio.create_task(later()); type(asyncio.get_running_loop()).__name__",
        "await task",
        "async def speak():\n    await asyncio.sleep(0); print('from a task')\nawait asyncio.gather(speak(), speak())",
        "async with asyncio.timeout(5): print('in')",
    ),
    failing("asyncio.run", "asyncio.run(later())"),
    failing(
        "a signal while awaiting",
        "asyncio.get_running_loop().call_later(0.2, os.kill, os.getpid(), signal.SIGINT)\nawait asyncio.sleep(30)",
    ),
    # the process
    cells("where it runs", "os.getcwd() == os.path.realpath('.')", "'' in sys.path, sys.argv[0].endswith('.py')"),
    cells("its name", "__name__, sys.modules['__main__'].__name__, '__file__' in dir()"),
    cells(
        "its process group",
        "os.getpgid(0) == os.getpid(), os.getsid(0) == os.getpid(), signal.getsignal(signal.SIGTERM)",
    ),
    cells("its signals", "[signal.getsignal(n) for n in (signal.SIGPIPE, signal.SIGCHLD, signal.SIGALRM)]"),
    cells("its threads", "threading.current_thread() is threading.main_thread(), threading.main_thread().name"),
    cells(
        "its variables",
        "known = {'TZ', 'LANG', 'LC_ALL', 'MPLBACKEND', 'TERM', 'PAGER', 'GIT_PAGER', 'CLICOLOR'}\n"
        "sorted(known & set(os.environ))",
        "time.tzname",
    ),
    cells("its limits", "sys.getrecursionlimit(), sys.getswitchinterval(), sys.flags.hash_randomization, __debug__"),
    cells("its collector", "import gc\ngc.isenabled(), gc.get_threshold(), gc.get_debug()"),
    cells("its encodings", "sys.getdefaultencoding(), sys.getfilesystemencoding(), open(os.devnull).encoding"),
    cells(
        "its numbers at random",
        "import random, numpy\nrandom.seed(1); numpy.random.seed(1)\nrandom.random(), float(numpy.random.rand())",
    ),
    cells("exec and eval", "exec('made = 5'); made, eval('made + 1')", "compile('1', 'x', 'eval').co_filename"),
    cells("pickle", "import pickle\npickle.loads(pickle.dumps([1, {'a': 2}]))"),
    cells(
        "a class of the notebook",
        "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int = 1\nPoint(), Point.__module__",
    ),
    cells("the source of a function", "import inspect\nprint(inspect.getsource(old))"),
    cells("the number of a cell", "get_ipython().execution_count"),
    # at the end, since Papermill writes the whole notebook before and after each cell
    cells("ten megabytes", "print(('y' * 99 + '\\n') * 50_000 + 'z' * 5_000_000)"),
)
