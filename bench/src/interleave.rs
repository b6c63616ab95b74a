//! Timing things in turn: machines are noisy, and what comes right after the other meets the same noise.

use anyhow::Result;

/// Times each of `lanes` once a round, and returns their samples. Every other round goes backwards, so that
/// nobody always runs after the same neighbour. A round that is not counted fills the caches first.
///
/// # Errors
///
/// The first error of `run`.
pub fn interleave<T>(
    rounds: usize,
    lanes: &[T],
    mut run: impl FnMut(&T) -> Result<f64>,
) -> Result<Vec<Vec<f64>>> {
    for lane in lanes {
        run(lane)?;
    }
    let mut samples = vec![Vec::with_capacity(rounds); lanes.len()];
    for round in 0..rounds {
        let mut order: Vec<usize> = (0..lanes.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for lane in order {
            samples[lane].push(run(&lanes[lane])?);
        }
    }
    Ok(samples)
}

/// The value that as many are above as below.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The value below which this part of the values is, interpolated.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions in a list of rounds"
)]
pub fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let position = part * last as f64;
    let (below, above) = (position.floor() as usize, position.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * position.fract()
}

/// Each sample by the one of the same round.
pub fn pairs(samples: &[f64], base: &[f64]) -> Vec<f64> {
    samples.iter().zip(base).map(|(a, b)| a / b).collect()
}

#[cfg(test)]
mod tests {
    use super::{interleave, median, pairs, quantile};
    use std::cell::RefCell;

    #[test]
    fn lanes_take_turns_back_and_forth() {
        let order = RefCell::new(String::new());
        let samples = interleave(2, &['a', 'b'], |lane| {
            order.borrow_mut().push(*lane);
            Ok(f64::from(u32::try_from(order.borrow().len())?))
        })
        .expect("no lane fails");
        assert_eq!(order.into_inner(), "ababba");
        assert_eq!(samples, [[3.0, 6.0], [4.0, 5.0]]);
    }

    #[test]
    fn an_error_ends_the_run() {
        assert!(interleave(1, &[()], |()| anyhow::bail!("it broke")).is_err());
    }

    #[test]
    fn quantiles_lie_between_values() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < 1e-12);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-12);
        assert!((quantile(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.25) - 2.0).abs() < 1e-12);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_ratio_is_the_median_of_pairs_not_the_ratio_of_medians() {
        let ratios = pairs(&[2.0, 20.0, 30.0], &[1.0, 10.0, 30.0]);
        assert!((median(&ratios) - 2.0).abs() < 1e-12);
    }
}
