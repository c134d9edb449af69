"""Forms whose compilation was cut off."""

import os
import time

import pytest
import ufl
from dolfinx import fem, mesh

from hebbfilm.solvers.discretisation import forms

AREA = 6.0


@pytest.fixture
def compile_area(comm, shared_tmp_path, monkeypatch):
    """Compiles the area of a rectangle into a cache of its own, and gives what it comes to."""
    monkeypatch.setattr(forms, "_TRY", 1)
    size = [[0.0, 0.0], [3.0, 2.0]]
    rectangle = mesh.create_rectangle(comm, size, [4, 4])

    def compile_it():
        area = fem.Constant(rectangle, 1.0) * ufl.dx
        form = forms.compiled(area, comm, {"cache_dir": shared_tmp_path})
        return comm.allreduce(fem.assemble_scalar(form))

    return compile_it


def cut_off(comm, cache, age):
    """Leave in the cache what a process leaves that is killed while it compiles."""
    comm.barrier()
    if comm.rank == 0:
        for done in cache.glob("*.c.cached"):
            done.unlink()
        for source in cache.glob("*.c"):
            os.utime(source, 2 * (time.time() - age,))
    comm.barrier()


@pytest.mark.regression
def test_form_whose_compilation_was_cut_off_is_compiled_anew(comm, shared_tmp_path, compile_area):
    assert compile_area() == pytest.approx(AREA, rel=1e-12)
    cut_off(comm, shared_tmp_path, age=1e4)
    assert compile_area() == pytest.approx(AREA, rel=1e-12)
    comm.barrier()
    assert list(shared_tmp_path.glob("*.c.cached"))


@pytest.mark.regression
def test_compilation_that_may_go_on_is_waited_for(
    comm, shared_tmp_path, compile_area, monkeypatch, caplog
):
    monkeypatch.setattr(forms, "_CUT_OFF", 3.0)
    compile_area()
    cut_off(comm, shared_tmp_path, age=0.0)
    assert compile_area() == pytest.approx(AREA, rel=1e-12)
    notes = [each for each in caplog.messages if "waiting for another process" in each]
    assert bool(notes) == (comm.rank == 0)


@pytest.mark.regression
def test_what_does_not_compile_is_told(comm, shared_tmp_path):
    rectangle = mesh.create_unit_square(comm, 4, 4)
    options = {"cache_dir": shared_tmp_path, "cffi_extra_compile_args": ["-no-such-option"]}
    with pytest.raises(Exception, match=r"CompileError|compilation|failed|Failed"):
        forms.compiled(fem.Constant(rectangle, 1.0) * ufl.dx, comm, options)
