"""What is wrong with code of a person's own, in one line that says what to write instead."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from inspect import isclass

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.messages import reason

_OF_NUMPY = ("ufunc", "__float__", "UFL conditions", "must be real number, not")
"""In what Python says where a symbol of UFL is taken for a number."""


def raised(name: str, what: str, error: BaseException) -> InputError:
    """The error to raise in place of one that a method of a term or torque has raised.

    Args:
        name: of the term or torque.
        what: the name of the method.
        error: what it raised.
    """
    if isinstance(error, InputError):
        return error
    if isinstance(error, NotImplementedError) and not error.args:
        return InputError(f"{name}: it has no {what}: write a method of this name")
    told = reason(error).removesuffix(".")
    return InputError(f"{name}: its {what} raised {type(error).__name__}: {told}{_hint(error)}")


def _hint(error: BaseException) -> str:
    if "None can not be converted" in str(error):
        return "; it returned nothing"
    if any(each in str(error) for each in _OF_NUMPY):
        return (
            "; m and parameters are symbols of UFL: write ufl.exp, ufl.sqrt, ufl.conditional and "
            "the like in place of NumPy, math and if"
        )
    if not isinstance(error, AttributeError):
        return ""
    asked = error.obj
    if not is_dataclass(asked) or isclass(asked):
        return ""
    known = [each.name for each in fields(asked)]
    return f" (it has {', '.join(known)})" + did_you_mean(str(error.name), known)
