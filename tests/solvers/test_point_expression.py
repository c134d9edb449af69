"""Expressions of UFL at points one by one."""

import numpy as np
import pytest
import ufl

from hebbfilm.solvers.terms.point_expression import PointExpression, point_symbol

VECTOR, TENSOR, SCALE, TIME = point_symbol(3), point_symbol(3, 3), point_symbol(), point_symbol()


@pytest.fixture
def values():
    rng = np.random.default_rng(0)
    return {
        VECTOR: rng.normal(size=(7, 3)),
        TENSOR: rng.normal(size=(3, 3)),
        SCALE: rng.normal(size=7),
        TIME: np.array(0.25),
    }


def evaluated(comm, expression, values):
    found = PointExpression(comm, expression, values)
    out = np.zeros((7, *expression.ufl_shape))
    found.add(out)
    return out


def close(found, expected):
    """Round-off: about ten operations, each of relative error 1e-16."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14 * np.abs(expected).max())


@pytest.mark.cross_method
def test_values_are_those_of_numpy(comm, values):
    v, a, s, t = (values[each] for each in (VECTOR, TENSOR, SCALE, TIME))
    turned = SCALE * ufl.dot(TENSOR, VECTOR) * ufl.sin(TIME)
    close(evaluated(comm, turned, values), s[:, None] * (v @ a.T) * np.sin(t))
    close(evaluated(comm, ufl.inner(VECTOR, VECTOR) + SCALE, values), (v * v).sum(1) + s)
    close(evaluated(comm, ufl.outer(VECTOR, VECTOR), values), v[:, :, None] * v[:, None, :])
    branches = ufl.conditional(ufl.gt(VECTOR[0], 0), SCALE, 2 * TIME)
    close(evaluated(comm, branches, values), np.where(v[:, 0] > 0, s, 2 * t))


@pytest.mark.cross_method
def test_derivatives_are_those_of_the_expression(comm, values):
    variable = ufl.variable(VECTOR)
    cube = SCALE * ufl.dot(variable, variable) * variable
    v, s = values[VECTOR], values[SCALE]
    square, one = (v * v).sum(1), np.eye(3)
    expected = s[:, None, None] * (
        2 * v[:, :, None] * v[:, None, :] + square[:, None, None] * one[None]
    )
    close(evaluated(comm, ufl.diff(cube, variable), values), expected)


def test_what_is_added_is_added(comm, values):
    found = PointExpression(comm, 1.0 * VECTOR, values)
    out = np.ones((7, 3))
    found.add(out)
    close(out, 1 + values[VECTOR])


def test_arrays_are_read_anew_and_may_be_others(comm, values):
    found = PointExpression(comm, SCALE * VECTOR, values)
    assert found.depends_on(SCALE)
    assert not found.depends_on(TIME)
    assert not found.is_uniform
    values[SCALE][:] = 2.0
    found.take(VECTOR, np.array([1.0, 2.0, 3.0]))
    out = np.zeros((7, 3))
    found.add(out)
    close(out, np.tile([2.0, 4.0, 6.0], (7, 1)))
    found.take(SCALE, np.array(3.0))
    assert found.is_uniform
    out = np.zeros((1, 3))
    found.add(out)
    close(out, np.array([[3.0, 6.0, 9.0]]))


def test_some_of_the_points(comm, values):
    found = PointExpression(comm, SCALE * VECTOR + ufl.dot(TENSOR, VECTOR), values)
    out, some = np.zeros((7, 3)), np.zeros((3, 3))
    found.add(out)
    thinned = found.at_every(3)
    values[SCALE][:] = 0
    thinned.add(some)
    np.testing.assert_array_equal(some, out[::3])


def test_zero_and_what_has_no_symbol(comm, values):
    variable = ufl.variable(VECTOR)
    slope = ufl.dot(ufl.diff(ufl.diff(SCALE * variable[0], variable), variable), VECTOR)
    assert not evaluated(comm, slope, values).any()
    close(evaluated(comm, ufl.as_vector([1.0, 0.0, 2.0]), values), np.tile([1.0, 0.0, 2.0], (7, 1)))


def test_no_points(comm, values):
    PointExpression(comm, SCALE * VECTOR, values).add(np.zeros((0, 3)))


def test_code_is_kept_whatever_symbols_were_made_before(comm, values):
    """Else each start would compile anew."""

    def name(symbols):
        vector, scale = symbols
        found = PointExpression(comm, scale * vector, {vector: np.ones(3), scale: np.ones(())})
        return found._compiled[1].__name__

    first = name([point_symbol(3), point_symbol()])
    point_symbol(3), point_symbol(), point_symbol(2, 2)
    assert name([point_symbol(3), point_symbol()]) == first


def test_values_of_another_shape(comm, values):
    found = PointExpression(comm, SCALE * VECTOR, values)
    with pytest.raises(ValueError, match=r"a symbol of shape \(3,\) has no values \(7, 2\)"):
        found.take(VECTOR, np.zeros((7, 2)))
