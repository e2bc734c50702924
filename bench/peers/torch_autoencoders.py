"""Autoencoders and their relatives in eager PyTorch: training steps per second, and memory of training.

Requests and replies are those of torch_rounds.py; a reply of training tells its last "loss" too.
Cases: plain, denoising, contractive, sparse-l1, sparse-top-k, variational, boltzmann, predictive-sparse, masked,
auto-decoder, auto-decoder-sparse (the same with SparseAdam for the codes), convolutional.

Losses are sums over a row's numbers and means over rows, as ours. Choices made in PyTorch's favor: those of
torch_train.py; noise in place; uniform numbers compared with a probability in place of bernoulli (four times as fast);
unsorted top-k and scatter in place of a threshold; the Boltzmann machine and the proximal steps without autograd, with
products that add into their result. The fused `foreach` optimizers were tried and make no difference on a CPU.
"""

from peer_server import require

require("torch")
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch_rounds import Minibatches, serve_cases

BATCH = 128
IMAGE_ROWS, PIXELS = 60_000, 784
HIDDEN, CODES = [512, 256], 32
SIGMA, HIDE = 0.3, 0.5


def layers(widths, last=None):
    """Linear layers with relu between them, and `last` after the last."""
    found = []
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        found.append(nn.Linear(inputs, outputs))
        if i < len(widths) - 2:
            found.append(nn.ReLU())
    return nn.Sequential(*found, *([last] if last else []))


def squared_error(x_hat, x):
    return F.mse_loss(x_hat, x, reduction="sum") / len(x)


class Training(nn.Module):
    """Adam on `loss(x, rows)` of one minibatch after another of uniform random data."""

    unit = "steps/s"

    def __init__(self, rows=IMAGE_ROWS, inputs=PIXELS):
        super().__init__()
        self.x = torch.rand(rows, inputs)
        self.batches = Minibatches(rows, BATCH)
        self.build()
        self.optimizers = self.make_optimizers()

    def make_optimizers(self):
        return [torch.optim.Adam(self.parameters(), lr=1e-3)]

    def run(self):
        rows = next(self.batches)
        self.step(self.x.index_select(0, rows), rows)
        return 1

    def step(self, x, rows):
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        self.last = self.loss(x, rows)
        self.last.backward()
        for optimizer in self.optimizers:
            optimizer.step()

    def result(self):
        return {"loss": self.last.item()}


class Plain(Training):
    """||x - g(f(x))||^2 with 784-512-256-32-256-512-784."""

    def build(self):
        self.net = layers([PIXELS, *HIDDEN, CODES, *HIDDEN[::-1], PIXELS], nn.Sigmoid())

    def loss(self, x, rows):
        return squared_error(self.net(x), x)


class Denoising(Plain):
    """||x - g(f(x + e))||^2, e ~ N(0, sigma^2)."""

    def loss(self, x, rows):
        noisy = torch.empty_like(x).normal_(0, SIGMA).add_(x)
        return squared_error(self.net(noisy), x)


class Masked(Training):
    """||x - g(f([m x, m]))||^2, m ~ Bernoulli(1/2) for every entry."""

    def build(self):
        self.net = layers([2 * PIXELS, *HIDDEN, CODES, *HIDDEN[::-1], PIXELS], nn.Sigmoid())

    def loss(self, x, rows):
        seen = torch.empty(len(x), 2 * PIXELS)
        mask = seen[:, PIXELS:].uniform_().lt_(1 - HIDE)
        torch.mul(x, mask, out=seen[:, :PIXELS])
        return squared_error(self.net(seen), x)


class Contractive(Training):
    """||x - x^||^2 + lambda sum_j (h_j (1 - h_j))^2 ||W_.j||^2, h = s(x W + b), x^ = s(h W' + c)."""

    weight = 0.1

    def build(self):
        self.W = nn.Parameter(torch.empty(128, PIXELS))
        nn.init.xavier_uniform_(self.W)
        self.b = nn.Parameter(torch.zeros(128))
        self.c = nn.Parameter(torch.zeros(PIXELS))

    def loss(self, x, rows):
        h = torch.sigmoid(F.linear(x, self.W, self.b))
        x_hat = torch.sigmoid(F.linear(h, self.W.t(), self.c))
        norm = (h * (1 - h)).square().sum(0) @ self.W.square().sum(1)
        return squared_error(x_hat, x) + (self.weight / len(x)) * norm


class Sparse(Training):
    """||x - x^||^2 + lambda ||z||_1, z = relu(x W + b): 784-1024-784."""

    weight = 0.01

    def build(self):
        self.encoder, self.decoder = nn.Linear(PIXELS, 1024), nn.Linear(1024, PIXELS)

    def loss(self, x, rows):
        z = F.relu(self.encoder(x), inplace=True)
        # Codes are not negative: their sum is their norm.
        return squared_error(self.decoder(z), x) + (self.weight / len(x)) * z.sum()


class TopK(Sparse):
    """||x - x^||^2 with the k largest codes of a row kept and the others 0."""

    k = 50

    def loss(self, x, rows):
        a = self.encoder(x)
        values, which = a.topk(self.k, sorted=False)
        z = torch.zeros_like(a).scatter(1, which, F.relu(values))
        return squared_error(self.decoder(z), x)


class Variational(Training):
    """-E log p(x | z) + KL(q(z | x) || N(0, 1)), Bernoulli output from logits, one sample of z."""

    def build(self):
        self.encoder = layers([PIXELS, *HIDDEN, 2 * CODES])
        self.decoder = layers([CODES, *HIDDEN[::-1], PIXELS])

    def loss(self, x, rows):
        mean, log_variance = self.encoder(x).chunk(2, 1)
        z = torch.addcmul(mean, torch.exp(0.5 * log_variance), torch.randn_like(mean))
        reconstruction = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
        return (reconstruction + divergence) / len(x)


class Boltzmann(Training):
    """Contrastive divergence of one step, by hand: W += eta (v' p(h | v) - v~' p(h | v~)) / n, and both biases."""

    rate = 0.01

    def build(self):
        self.W = torch.randn(PIXELS, 500) * 0.01
        self.a, self.b = torch.zeros(PIXELS), torch.zeros(500)

    def make_optimizers(self):
        return []

    def step(self, x, rows):
        up = torch.addmm(self.b, x, self.W).sigmoid_()
        h = torch.rand_like(up).lt_(up)
        down = torch.addmm(self.a, h, self.W.t()).sigmoid_()
        x1 = torch.rand_like(down).lt_(down)
        up1 = torch.addmm(self.b, x1, self.W).sigmoid_()
        rate = self.rate / len(x)
        self.W.addmm_(x.t(), up, alpha=rate).addmm_(x1.t(), up1, alpha=-rate)
        self.last = (x - down).square_().sum() / len(x)
        self.a.add_((x - x1).sum(0), alpha=rate)
        self.b.add_((up - up1).sum(0), alpha=rate)


class PredictiveSparse(Training):
    """Codes by ten accelerated proximal steps (FISTA) from the prediction on ||x - D z||^2 + lambda ||z||_1 +
    alpha ||z - p||^2, with p = g s(x W + b); then one step of Adam on D, g, W and b with the codes held, and atoms of D
    put back to unit norm. The length of the proximal steps follows sigma_max(D)^2, by a power iteration that goes on
    from step to step."""

    sparsity, alpha, steps = 0.1, 1.0, 10

    def __init__(self):
        super().__init__(20_000, 64)

    def build(self):
        self.D = nn.Parameter(F.normalize(torch.randn(256, 64), dim=1))  # an atom a row
        self.predictor = nn.Linear(64, 256)
        self.gain = nn.Parameter(torch.ones(256))
        self.direction = torch.randn(256)

    def loss(self, x, rows):
        predicted = self.gain * torch.sigmoid(self.predictor(x))
        with torch.no_grad():
            z = self.codes(x, predicted)
        fit = squared_error(z @ self.D, x) + self.alpha * squared_error(predicted, z)
        return fit + (self.sparsity / len(x)) * z.abs().sum()

    def codes(self, x, predicted):
        v = self.direction
        for _ in range(2):
            v = F.normalize(self.D @ (v @ self.D), dim=0)
        self.direction = v
        length = 1 / ((v @ self.D).square().sum().item() + self.alpha)
        pull = predicted * (length * self.alpha)
        z, y, t = predicted, predicted, 1
        for _ in range(self.steps):
            residual = torch.addmm(x, y, self.D, alpha=-1)
            y = torch.addmm(torch.add(pull, y, alpha=1 - length * self.alpha), residual, self.D.t(), alpha=length)
            following = F.softshrink(y, self.sparsity / 2 * length)
            t1 = (1 + (1 + 4 * t * t) ** 0.5) / 2
            y = torch.lerp(z, following, 1 + (t - 1) / t1)
            z, t = following, t1
        return z

    def step(self, x, rows):
        super().step(x, rows)
        with torch.no_grad():
            self.D.div_(self.D.norm(dim=1, keepdim=True))


class AutoDecoder(Training):
    """||x_i - g(z_i)||^2 over the decoder 32-256-512-784 and the codes z_i of all rows."""

    sparse = False

    def __init__(self):
        super().__init__(10_000)

    def build(self):
        self.codes = nn.Embedding(len(self.x), CODES, sparse=self.sparse)
        nn.init.normal_(self.codes.weight, std=0.1)
        self.decoder = layers([CODES, *HIDDEN[::-1], PIXELS], nn.Sigmoid())

    def make_optimizers(self):
        if not self.sparse:
            return super().make_optimizers()
        return [
            torch.optim.Adam(self.decoder.parameters(), lr=1e-3),
            torch.optim.SparseAdam(list(self.codes.parameters()), lr=1e-3),
        ]

    def loss(self, x, rows):
        return squared_error(self.decoder(self.codes(rows)), x)


class AutoDecoderSparse(AutoDecoder):
    sparse = True


class Convolutional(Training):
    """1 x 28 x 28 -> 16 x 14 x 14 -> 32 x 7 x 7 -> 32 numbers, and back."""

    def build(self):
        self.net = nn.Sequential(
            nn.Conv2d(1, 16, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 32, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(32 * 7 * 7, CODES),
            nn.Linear(CODES, 32 * 7 * 7),
            nn.ReLU(),
            nn.Unflatten(1, (32, 7, 7)),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1),
            nn.Flatten(),
            nn.Sigmoid(),
        )

    def loss(self, x, rows):
        return squared_error(self.net(x.view(-1, 1, 28, 28)), x)


CASES = {
    "plain": Plain,
    "denoising": Denoising,
    "contractive": Contractive,
    "sparse-l1": Sparse,
    "sparse-top-k": TopK,
    "variational": Variational,
    "boltzmann": Boltzmann,
    "predictive-sparse": PredictiveSparse,
    "masked": Masked,
    "auto-decoder": AutoDecoder,
    "auto-decoder-sparse": AutoDecoderSparse,
    "convolutional": Convolutional,
}

if __name__ == "__main__":
    serve_cases(CASES)
