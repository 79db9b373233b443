"""AdamW over all arrays of a pipeline at once: one clip, one fused update, in place."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import torch
from thinc.api import Optimizer, torch2xp, xp2torch
from thinc.types import FloatsXd
from torch import Tensor
from torch.optim.adamw import adamw

from ..errors import Errors, PipelineError

Key = tuple[int, str]
State = tuple[Tensor, ...]
Rate = float | list[float] | Iterable[float]
logger = logging.getLogger(__name__)


def make_adamw(
    learn_rate: Rate,
    beta1: Rate = 0.9,
    beta2: Rate = 0.999,
    eps: float = 1e-8,
    weight_decay: Rate = 0.01,
    grad_clip: Rate = 1.0,
    average_steps: int = 0,
) -> Optimizer:
    """Make the optimizer for `[training.optimizer]`.

    learn_rate (float | schedule): Of the heads; the encoder's is this times its model's `rate`,
        and its lower layers' times `layer_decay` too.
    beta1, beta2 (float | schedule): Decay of the mean and of the squared mean of gradients.
    eps (float): Added to the root of the squared mean.
    weight_decay (float | schedule): Share of the weights that a step of rate 1 would take away.
        Biases and norms, which have one dimension, keep theirs.
    grad_clip (float | schedule): Greatest norm of the gradient of all components together, 0 for
        no limit.
    average_steps (int): Evaluate and save the weights' average over about as many of the last
        steps, 0 for the weights of the last one.
    RETURNS (Optimizer): See AdamW.
    """
    return AdamW(
        learn_rate,
        beta1=beta1,
        beta2=beta2,
        eps=eps,
        weight_decay=weight_decay,
        grad_clip=grad_clip,
        average_steps=average_steps,
    )


@dataclass(frozen=True)
class Due:
    """A parameter whose step is due.

    weights (Tensor): Updated in place.
    gradient (Tensor): Of the same shape; the optimizer's own.
    lr_scale (float): Factor on the learning rate.
    """

    weights: Tensor
    gradient: Tensor
    lr_scale: float


class AdamW(Optimizer):
    """AdamW (Loshchilov and Hutter 2019) for all components of a pipeline.

    spaCy calls an optimizer once for each array, component after component, but a norm over the
    whole gradient is only known after the last. So a call takes note of the array, and the step is
    taken by `step_schedules`, which `spacy train` calls after all components. In a loop of your
    own, call it after each `nlp.update`: where nobody does, the step is taken when the next
    gradient of the same array comes.

    With `average_steps`, `averages` holds the mean of the weights after each step (Polyak and
    Juditsky 1992), from that number of steps on an exponential one: an array more for each
    parameter that learns, for `nlp.use_params`.

    The arguments are those of `make_adamw`.
    """

    def __init__(
        self,
        learn_rate: Rate,
        *,
        beta1: Rate = 0.9,
        beta2: Rate = 0.999,
        eps: float = 1e-8,
        weight_decay: Rate = 0.01,
        grad_clip: Rate = 1.0,
        average_steps: int = 0,
    ):
        if average_steps < 0:
            raise PipelineError(Errors.SC222.format(steps=average_steps))
        super().__init__(
            cast(Any, learn_rate),
            L2=cast(Any, weight_decay),
            beta1=cast(Any, beta1),
            beta2=cast(Any, beta2),
            eps=eps,
            grad_clip=cast(Any, grad_clip),
            use_averages=average_steps > 0,
        )
        self.skipped = 0
        self.average_steps = average_steps
        self._due: dict[Key, Due] = {}
        self._state: dict[Key, State] = {}

    def __call__(
        self, key: Key, weights: FloatsXd, gradient: FloatsXd, *, lr_scale: float = 1.0
    ) -> tuple[FloatsXd, FloatsXd]:
        """Take note of a thinc array. The gradient is copied: some callers clear it at once.

        key (tuple[int, str]): The identifier of the node or shim, and the parameter's name.
        weights, gradient (FloatsXd): Of the same shape.
        lr_scale (float): Factor on the learning rate.
        RETURNS (tuple): The same arrays; the gradient is zero.
        """
        if weights.size:
            self.take(key, xp2torch(weights), xp2torch(gradient).clone(), lr_scale=lr_scale)
            cast(Any, gradient)[...] = 0
        return weights, gradient

    def take(self, key: Key, weights: Tensor, gradient: Tensor, *, lr_scale: float = 1.0) -> None:
        """Take note of a torch parameter. Nothing is copied.

        key (tuple[int, str]): The identifier of the shim, and the parameter's name.
        weights (Tensor): Without gradient tracking.
        gradient (Tensor): Of the same shape; the caller no longer uses it.
        lr_scale (float): Factor on the learning rate.
        """
        if key in self._due:
            self.step()
        self._due[key] = Due(weights, gradient, lr_scale)

    def step_schedules(self) -> None:
        """Take the step that is due, then move all schedules on."""
        self.step()
        super().step_schedules()

    @torch.no_grad()
    def step(self) -> None:
        """Clip all gradients that are due by their common norm and update their weights.

        A gradient that isn't finite, as bfloat16 may give one, is counted in `skipped`, reported
        and not applied.
        """
        due, self._due = self._due, {}
        if not due:
            return
        norm = self._clip([parameter.gradient for parameter in due.values()])
        if not torch.isfinite(norm):
            self.skipped += 1
            logger.warning(Errors.SC220.format(skipped=self.skipped))
            return
        for (lr_scale, decays), keys in _group(due).items():
            self._update(keys, due, self.learn_rate * lr_scale, self.L2 if decays else 0.0)
        if self.average_steps:
            self._average(due)

    def _clip(self, gradients: list[Tensor]) -> Tensor:
        """RETURNS (Tensor): The norm before clipping."""
        norms = torch.stack([g.to(gradients[0].device) for g in torch._foreach_norm(gradients)])
        norm = torch.linalg.vector_norm(norms)
        if self.grad_clip and norm > self.grad_clip:
            torch._foreach_mul_(gradients, float(self.grad_clip / norm))
        return norm

    def _update(self, keys: list[Key], due: dict[Key, Due], rate: float, decay: float) -> None:
        weights = [due[key].weights for key in keys]
        states = [self._state_of(key, due)[:3] for key in keys]
        means, squares, steps = zip(*states, strict=True)
        adamw(
            weights,
            [due[key].gradient for key in keys],
            list(means),
            list(squares),
            [],
            list(steps),
            fused=True,
            amsgrad=False,
            beta1=self.b1,
            beta2=self.b2,
            lr=rate,
            weight_decay=decay,
            eps=self.eps,
            maximize=False,
        )

    def _average(self, due: dict[Key, Due]) -> None:
        for key, parameter in due.items():
            _, _, steps, average = self._state[key]
            average.lerp_(parameter.weights, (1 / steps).clamp(min=1 / self.average_steps))

    def _state_of(self, key: Key, due: dict[Key, Due]) -> State:
        like = due[key].weights
        if key not in self._state or self._state[key][0].shape != like.shape:  # it has grown
            parts = [torch.zeros_like(like) for _ in range(3 if self.average_steps else 2)]
            self._keep(key, (*parts[:2], torch.zeros((), device=like.device), *parts[2:]))
        return self._state[key]

    def _keep(self, key: Key, state: State) -> None:
        self._state[key] = state
        if self.averages is not None:
            self.averages[key] = cast(FloatsXd, torch2xp(state[3]))  # the same memory

    def get_state(self) -> dict[Key, State]:
        """RETURNS (dict): Mean, squared mean, number of steps and, if there is one, the average
        weights of each parameter."""
        return dict(self._state)

    def set_state(self, state: dict[Key, State]) -> None:
        """Go on from what `get_state` returned, be it in another process.

        state (dict): Tensors of the parameters' shapes, on their devices.
        """
        self._due, self._state = {}, {}
        if self.averages is not None:
            self.averages.clear()
        for key, parts in state.items():
            self._keep(key, parts)


def _group(due: dict[Key, Due]) -> dict[tuple[float, bool], list[Key]]:
    """The parameters of one rate and one decay, which a fused update takes at once."""
    groups: dict[tuple[float, bool], list[Key]] = {}
    for key, parameter in due.items():
        kind = parameter.lr_scale, parameter.weights.ndim > 1
        groups.setdefault(kind, []).append(key)
    return groups
