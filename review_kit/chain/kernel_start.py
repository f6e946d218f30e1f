"""Starts an ordinary kernel that ends with its owner, however early that ends.

ipykernel looks after its owner too, but only once its libraries are loaded, which takes seconds on a busy machine; if
the owner was killed meanwhile, and orphans go to another process than number 1, it would never notice.
"""

import os
import signal
import sys
import threading
import time

LOOK_SECONDS = 0.5


def end_with(owner: int) -> None:
    """End this process, and what a notebook has started in it, when it has another parent than its owner."""
    while os.getppid() == owner:
        time.sleep(LOOK_SECONDS)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def main() -> None:
    """Be the kernel that the arguments describe."""
    owner = os.environ.get("JPY_PARENT_PID", "")  # jupyter_client sets it; on Windows it is no id but a handle
    if owner.isdigit() and sys.platform != "win32":
        threading.Thread(target=end_with, args=(int(owner),), name="owner watch", daemon=True).start()
    from review_kit.chain.kernel_app import run_kernel  # noqa: PLC0415 - while somebody watches already

    run_kernel(sys.argv[1:])


if __name__ == "__main__":
    main()
